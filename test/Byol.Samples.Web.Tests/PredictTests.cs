using Byol.Samples.Web.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SkiaSharp;

namespace Byol.Samples.Web.Tests;

[TestClass]
public class PredictTests
{
    private const double Rounding = 1e-5;

    [TestMethod]
    public async Task TheAnswerIsThatOfAPredictionEngineOnTheSameFile()
    {
        using var service = await Service.Start();
        using var client = service.CreateClient();
        var mlContext = new MLContext();
        using var engine = mlContext.Model.CreatePredictionEngine<EngineRow, EnginePrediction>(
            mlContext.Model.Load(ModelFiles.First, out _));
        foreach (var picture in Pictures())
        {
            using var image = MLImage.CreateFromStream(new MemoryStream(picture));
            var expected = engine.Predict(new EngineRow { Image = image });
            var answer = await (await client.Predict(picture)).ReadPrediction();
            Assert.AreEqual(expected.PredictedLabel, answer.Label);
            Assert.AreEqual(expected.Score.Max(), answer.Confidence!.Value, Rounding);
            var scores = expected.Score.OrderDescending().ToArray();
            Assert.HasCount(scores.Length, answer.Scores);
            Assert.IsTrue(scores.Zip(answer.Scores).All(pair => Math.Abs(pair.First - pair.Second.Score) < Rounding));
            Assert.AreEqual(answer.Label, answer.Scores[0].Label);
            CollectionAssert.AreEquivalent(
                new[] { "disc", "frame", "stripes" }, answer.Scores.Select(score => score.Label).ToArray());
        }
    }

    [TestMethod]
    public async Task AFileInAFormIsTheSameAsTheBody()
    {
        using var service = await Service.Start();
        using var client = service.CreateClient();
        var picture = File.ReadAllBytes(ModelFiles.Pictures[0]);
        using var form = new MultipartFormDataContent
        {
            { new StringContent("a field before it"), "note" },
            { Requests.Raw(picture), "file", "picture.png" },
        };
        var answer = await (await client.PostAsync("/predict?top=1", form)).ReadPrediction();
        var expected = await (await client.Predict(picture)).ReadPrediction();
        Assert.AreEqual(expected.Label, answer.Label);
        Assert.AreEqual(expected.Scores[0], answer.Scores.Single());
    }

    [TestMethod]
    public async Task APipelineThatWasTrainedOnPathsTakesUploadsToo()
    {
        using var service = await Service.Start(("Model:Path", ModelFiles.OnPaths));
        using var client = service.CreateClient();
        var mlContext = new MLContext();
        using var engine = mlContext.Model.CreatePredictionEngine<PathRow, EnginePrediction>(
            mlContext.Model.Load(ModelFiles.OnPaths, out _));
        foreach (var path in ModelFiles.Pictures.Take(6))
        {
            var expected = engine.Predict(new PathRow { Image = path });
            var answer = await (await client.Predict(File.ReadAllBytes(path))).ReadPrediction();
            Assert.AreEqual(expected.PredictedLabel, answer.Label);
            Assert.AreEqual(expected.Score.Max(), answer.Scores[0].Score, Rounding);
        }
    }

    [TestMethod]
    public async Task AJpegOfTooManyPixelsIsDecodedAtAReducedSize()
    {
        using var service = await Service.Start(("Uploads:MaxPixels", "10000"));
        using var client = service.CreateClient();
        var answer = await client.Predict(PictureFiles.Encode(SKEncodedImageFormat.Jpeg, 400, 300));
        Assert.IsNotEmpty((await answer.ReadPrediction()).Label);
    }

    private static IEnumerable<byte[]> Pictures() =>
    [
        .. ModelFiles.Pictures.Take(9).Select(File.ReadAllBytes),
        PictureFiles.Encode(SKEncodedImageFormat.Jpeg, 333, 127),
        PictureFiles.Encode(SKEncodedImageFormat.Webp, 64, 200),
    ];

    private sealed class EngineRow
    {
        [ImageType(16, 16)]
        public MLImage Image { get; set; } = null!;

        public string Label { get; set; } = "";
    }

    private sealed class PathRow
    {
        public string Image { get; set; } = "";

        public string Label { get; set; } = "";
    }

    private sealed class EnginePrediction
    {
        public string PredictedLabel { get; set; } = "";

        public float[] Score { get; set; } = [];
    }
}
