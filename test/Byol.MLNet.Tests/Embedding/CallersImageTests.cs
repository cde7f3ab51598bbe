using Byol.MLNet.Encoders;
using Byol.MLNet.Onnx;
using Byol.MLNet.Tests.Onnx;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Tests.Embedding;

/// <summary>Images that the caller hands over stay the caller's, also where ML.NET's resizing hands them on.</summary>
[TestClass]
public class CallersImageTests
{
    private const int Side = 16;

    private readonly MLContext _mlContext = new(seed: 1);
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [DataRow(Side, Side)]
    [DataRow(Side, Side + 1)]
    [DataRow(Side + 1, Side)]
    [DataRow(Side + 3, Side + 1)]
    public void ImagesAreLeftAsTheyWere(int width, int height)
    {
        var rows = Rows(width, height);
        var before = rows.Select(row => row.Image.Pixels.ToArray()).ToArray();
        var data = _mlContext.Data.LoadFromEnumerable(rows);
        var model = _mlContext.Transforms.LoadByolEmbedding("Features", "Image", Encoder()).Fit(data);
        var inBulk = TestPictures.Embeddings(model.Transform(data));
        Assert.AreEqual(0, TestPictures.LargestDifference(inBulk, TestPictures.Embeddings(model.Transform(data))));
        var engine = _mlContext.Model.CreatePredictionEngine<PictureRow, Embedded>(model);
        for (var pass = 0; pass < 2; pass++)
        {
            float[][] singly = [.. rows.Select(row => engine.Predict(row).Features)];
            Assert.IsLessThan(1e-5, TestPictures.LargestDifference(inBulk, singly));
        }
        engine.Dispose();
        for (var i = 0; i < rows.Length; i++)
        {
            CollectionAssert.AreEqual(before[i], rows[i].Image.Pixels.ToArray());
        }
    }

    private string Encoder()
    {
        var metadata = TestMetadata.Of(ByolBackbone.ResNet10, Side, width: 0.125);
        FrozenEncoder.Freeze(metadata, WeightInitializer.Create(metadata.Architecture.Tensors(), seed: 3))
            .Save(_folder["encoder.onnx"]);
        return _folder["encoder.onnx"];
    }

    private static PictureRow[] Rows(int width, int height)
    {
        var random = new Random(width + height);
        return [.. Enumerable.Range(0, 4).Select(_ =>
        {
            var pixels = new byte[4 * width * height];
            random.NextBytes(pixels);
            for (var alpha = 3; alpha < pixels.Length; alpha += 4)
            {
                pixels[alpha] = byte.MaxValue;
            }
            return new PictureRow { Image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, pixels) };
        })];
    }

    private sealed class Embedded
    {
        public float[] Features { get; set; } = [];
    }
}
