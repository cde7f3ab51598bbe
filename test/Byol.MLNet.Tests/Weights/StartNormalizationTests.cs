using Microsoft.ML;

namespace Byol.MLNet.Tests.Weights;

/// <summary>A file of weights says what its network's input is normalised with, as a model does.</summary>
[TestClass]
public class StartNormalizationTests
{
    private readonly MLContext _mlContext = new(seed: 3);
    private readonly TemporaryFolder _folder = new();

    [TestInitialize]
    public void SaveAnEncoderOfAnotherNormalization()
    {
        Fit(TestPictures.TinyRecipe()).SaveWeights(_folder["first.safetensors"]);
        var model = Fit(Untrained(new ByolWeights(_folder["first.safetensors"])
        {
            Mean = [0.3f, 0.4f, 0.5f],
            StandardDeviation = [0.01f, 0.02f, 0.03f],
        }));
        model.SaveOnnx(_folder["start.onnx"]);
        model.SaveWeights(_folder["start.safetensors"]);
    }

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    public void WeightsStartARunAsTheModelDoes() => Assert.AreEqual(
        0,
        TestPictures.LargestDifference(
            Embed(Untrained(_folder["start.onnx"])), Embed(Untrained(_folder["start.safetensors"]))));

    [TestMethod]
    public void TheOrderOfChannelsCountsForWeightsToo()
    {
        var rgb = Embed(Untrained(_folder["start.safetensors"]));
        var bgr = Embed(Untrained(new ByolWeights(_folder["start.safetensors"])
        {
            ChannelOrder = ByolChannelOrder.Bgr,
        }));
        Assert.IsGreaterThan(1e-2, TestPictures.LargestDifference(rgb, bgr));
    }

    // Nothing of the encoder is trained: it comes out as it went in.
    private static ByolOptions Untrained(ByolWeights start)
    {
        var options = TestPictures.TinyRecipe();
        options.Start = start;
        options.Change(recipe => recipe with { Adaptation = new() { TrainedStages = 0 } });
        return options;
    }

    private IDataView Rows => _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32));

    private ByolEmbeddingTransformer Fit(ByolOptions options) =>
        _mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(Rows);

    private float[][] Embed(ByolOptions options) => TestPictures.Embeddings(Fit(options).Transform(Rows));
}
