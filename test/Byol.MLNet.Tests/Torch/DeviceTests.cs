using Microsoft.ML;
using static TorchSharp.torch;

namespace Byol.MLNet.Tests.Torch;

/// <summary>
/// Training on a device that is not libtorch's default, as a GPU is not. Here the CPU is the chosen device and the
/// default is "meta", whose tensors have no values: a tensor made without naming the device lands there, and the first
/// step that mixes it with another, or reads it, fails.
/// </summary>
[TestClass]
[DoNotParallelize]
public class DeviceTests
{
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [DataRow(ByolOptimizer.Adam, ByolPrecision.Float32)]
    [DataRow(ByolOptimizer.Adam, ByolPrecision.BFloat16)]
    [DataRow(ByolOptimizer.Sgd, ByolPrecision.Float32)]
    [DataRow(ByolOptimizer.Lars, ByolPrecision.Float32)]
    public void NothingIsLeftToTheDefaultDevice(ByolOptimizer optimizer, ByolPrecision precision)
    {
        var (defaultDevice, threads) = (get_default_device(), get_num_threads());
        // In BFloat16 a run beside other work changes its number of threads, and one thread stays one.
        set_num_threads(1);
        var expected = Train("expected", optimizer, precision);
        set_default_device(META);
        try
        {
            CollectionAssert.AreEqual(expected, Train("actual", optimizer, precision));
        }
        finally
        {
            set_default_device(defaultDevice);
            set_num_threads(threads);
        }
    }

    /// <summary>
    /// A fit that stops, resumes, changes the views' size, validates, probes and reports; its encoder's file.
    /// </summary>
    private byte[] Train(string name, ByolOptimizer optimizer, ByolPrecision precision)
    {
        ByolOptions Recipe(int epochs)
        {
            var options = TestPictures.TinyRecipe();
            options.Change(recipe => recipe with
            {
                Optimization = recipe.Optimization with { Optimizer = optimizer, WeightDecay = 1e-4 },
                Precision = precision,
            });
            options.Epochs = epochs;
            options.Change(recipe => recipe with
            {
                Views = recipe.Views with { HalfSizeFraction = 0.5 },
                ValidationFraction = 0.2,
            });
            options.Probe = new ByolProbe(new MLContext(1).Data.LoadFromEnumerable(TestPictures.Rows(30, seed: 2)));
            options.CheckpointDirectory = _folder[name];
            return options;
        }

        var mlContext = new MLContext(1);
        var data = mlContext.Data.LoadFromEnumerable(TestPictures.Rows(60));
        mlContext.Transforms.ByolEmbedding("Features", "Image", Recipe(epochs: 1)).Fit(data);
        var longer = Recipe(epochs: 2);
        longer.Resume = true;
        var encoder = mlContext.Transforms.ByolEmbedding("Features", "Image", longer).Fit(data);
        Assert.IsNotNull(encoder.ResumedFromStep);

        var further = Recipe(epochs: 1);
        further.CheckpointDirectory = null;
        further.Start = _folder[name + ".safetensors"];
        encoder.SaveWeights(further.Start.Path);
        mlContext.Transforms.ByolEmbedding("Features", "Image", further).Fit(data).SaveOnnx(_folder[name + ".onnx"]);
        return File.ReadAllBytes(_folder[name + ".onnx"]);
    }
}
