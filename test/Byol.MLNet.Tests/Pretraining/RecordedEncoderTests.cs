using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using Byol.MLNet.Weights;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Byol.MLNet.Tests.Pretraining;

/// <summary>
/// Weights of tiny fits in fp32 on one thread, as their SHA-256 was recorded: a change to the inside of training leaves
/// them, byte for byte. Sums are ordered by the processor's vector units, so the digests belong to the kind of
/// processor that they were recorded on.
/// </summary>
[TestClass]
[DoNotParallelize]
public class RecordedEncoderTests
{
    // CPUID's family and model, without the stepping.
    private const int RecordedOn = 0x00B00F20;
    private const int Side = 16;

    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [DataRow(ByolOptimizer.Adam, 0.0, "252c16f7faece6e6")]
    [DataRow(ByolOptimizer.Adam, 0.5, "b8b5c937da96c474")]
    [DataRow(ByolOptimizer.AdamW, 0.0, "4ce304a2aa5f72e8")]
    [DataRow(ByolOptimizer.Sgd, 0.0, "4f39d68ef09e195a")]
    [DataRow(ByolOptimizer.Lars, 0.5, "79c9d593dec41ce5")]
    public void WeightsAreTheRecordedOnesAlsoAfterAResume(
        ByolOptimizer optimizer, double halfSizeFraction, string recorded)
    {
        if (!X86Base.IsSupported || (X86Base.CpuId(1, 0).Eax & ~0xF) != RecordedOn)
        {
            Assert.Inconclusive("The digests were recorded on another kind of processor.");
        }
        var threads = get_num_threads();
        set_num_threads(1);
        try
        {
            Assert.AreEqual(recorded, Digest(Fit(Recipe(optimizer, halfSizeFraction)), "whole"));
            Stop(Recipe(optimizer, halfSizeFraction), step: 7);
            var resumed = Recipe(optimizer, halfSizeFraction);
            resumed.CheckpointDirectory = _folder["run"];
            resumed.Resume = true;
            Assert.AreEqual(recorded, Digest(Fit(resumed), "resumed"));
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    private static ByolOptions Recipe(ByolOptimizer optimizer, double halfSizeFraction)
    {
        var options = TestPictures.TinyRecipe();
        options.Change(recipe => recipe with
        {
            Optimization = recipe.Optimization with { Optimizer = optimizer, WeightDecay = 1e-4 },
            Views = recipe.Views with { HalfSizeFraction = halfSizeFraction },
            ValidationFraction = 0.2,
        });
        options.Epochs = 3;
        return options;
    }

    private void Stop(ByolOptions options, int step)
    {
        using var source = new CancellationTokenSource();
        options.CheckpointDirectory = _folder["run"];
        options.CancellationToken = source.Token;
        options.ProgressEvery = 1;
        options.Progress = new StopAt(step, source);
        Assert.IsTrue(Fit(options).WasCancelled);
    }

    // Pictures of random bytes: nothing is drawn that another version of a library would draw otherwise.
    private static ByolEmbeddingTransformer Fit(ByolOptions options)
    {
        var random = new Random(3);
        PictureRow[] rows = [.. Enumerable.Range(0, 80).Select(_ =>
        {
            var pixels = new byte[4 * Side * Side];
            random.NextBytes(pixels);
            return new PictureRow { Image = MLImage.CreateFromPixels(Side, Side, MLPixelFormat.Bgra32, pixels) };
        })];
        var mlContext = new MLContext(1);
        return mlContext.Transforms.ByolEmbedding("Features", "Image", options)
            .Fit(mlContext.Data.LoadFromEnumerable(rows));
    }

    private string Digest(ByolEmbeddingTransformer model, string name)
    {
        model.SaveWeights(_folder[name]);
        using var file = File.OpenRead(_folder[name]);
        using var tensors = new MemoryStream();
        // As the digests were recorded: the tensors, without what is said about them.
        SafeTensors.Write(tensors, [.. SafeTensors.Read(file).Values]);
        return Convert.ToHexStringLower(SHA256.HashData(tensors.ToArray()))[..16];
    }

    private sealed class StopAt(int step, CancellationTokenSource source) : IProgress<ByolProgress>
    {
        public void Report(ByolProgress value)
        {
            if (value.Step == step)
            {
                source.Cancel();
            }
        }
    }
}
