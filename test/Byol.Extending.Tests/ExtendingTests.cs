using Byol.MLNet;
using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
using Byol.MLNet.Pretraining;
using Byol.MLNet.Pretraining.Checkpoints;
using Byol.MLNet.Tests;
using Microsoft.ML;
using static TorchSharp.torch;

namespace Byol.Extending.Tests;

/// <summary>A method and a layer that the library does not know go through it as its own do.</summary>
[TestClass]
[DoNotParallelize]
public class ExtendingTests
{
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    public void AMethodFromOutsideTrainsReportsAndResumes()
    {
        var whole = Train(epochs: 3);
        Assert.IsLessThan(whole.History[0].Loss, whole.History[^1].Loss, "The loss falls.");
        Assert.AreEqual(1, whole.History[^1].Tau, "There is no moving average.");

        Train(epochs: 2, checkpoints: true);
        var checkpoint = new CheckpointFolder(_folder.Path, kept: 1).LoadNewest(warning => Assert.Fail(warning))!;
        Assert.AreEqual("network", checkpoint.Networks.Keys.Single());
        var resumed = Train(epochs: 3, checkpoints: true, checkpoint);
        Assert.AreEqual(3, resumed.History.Count);
        foreach (var spec in resumed.Encoder.Weights.Specs)
        {
            Assert.HasCount((int)spec.Count, resumed.Encoder.Weights[spec.Name]);
        }
    }

    [TestMethod]
    public void ALayerFromOutsideTrainsIsFrozenAndLoads()
    {
        LayerJson.Add<PreActivationLayer>("preactivation");
        var backbone = ByolBackbone.Define("preactivated", encoder =>
        {
            encoder.Convolution("conv", 8, kernel: 3, stride: 2);
            encoder.Append([new PreActivationLayer("block", 8)]);
        });
        var mlContext = new MLContext(1);
        var options = TestPictures.TinyRecipe();
        options.Change(recipe => recipe with { Encoder = recipe.Encoder with { Backbone = backbone, Width = 1 } });
        var data = mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32));
        var fitted = mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(data);
        fitted.SaveOnnx(_folder["model.onnx"]);
        var loaded = mlContext.Transforms.LoadByolEmbedding("Features", "Image", _folder["model.onnx"]).Fit(data);
        Assert.AreEqual(8, loaded.EmbeddingDimension);
        var (expected, actual) = (
            TestPictures.Embeddings(fitted.Transform(data)), TestPictures.Embeddings(loaded.Transform(data)));
        Assert.AreEqual(0, TestPictures.LargestDifference(expected, actual));
        Assert.IsGreaterThan(1e-4, TestPictures.LargestDifference([expected[0]], [expected[1]]));
    }

    private TrainingOutcome Train(int epochs, bool checkpoints = false, Checkpoint? resumed = null)
    {
        var options = TestPictures.TinyRecipe();
        options.CheckpointDirectory = checkpoints ? _folder.Path : null;
        var recipe = options.Recipe! with { Epochs = epochs };
        using var store = new ImageStore(TestPictures.Side, long.MaxValue);
        foreach (var row in TestPictures.Rows(64))
        {
            store.Add([.. row.Image.Pixels.ToArray().Where((_, i) => i % 4 != 3)]);
        }
        store.Complete();
        return new Pretrainer(
            options, recipe, seed: 5, CPU, SilentLog.Instance, method: setup => new SwappedPrediction(setup))
            .Train(store, resumed: resumed);
    }
}
