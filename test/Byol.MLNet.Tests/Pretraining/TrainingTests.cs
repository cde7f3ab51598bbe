using System.Runtime.InteropServices;
using Byol.MLNet.Torch;
using Microsoft.ML;
using TorchSharp;
using static TorchSharp.torch;

namespace Byol.MLNet.Tests.Pretraining;

/// <summary>Whole fits on small pictures.</summary>
[TestClass]
public class TrainingTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void SameSeedGivesTheSameFileAndAnotherSeedAnother()
    {
        using var folder = new TemporaryFolder();
        byte[] Train(int seed, string name)
        {
            var options = TestPictures.TinyRecipe();
            options.Seed = seed;
            options.Epochs = 2;
            Fit(options, 64).SaveOnnx(folder[name]);
            return File.ReadAllBytes(folder[name]);
        }

        var first = Train(5, "a.onnx");
        CollectionAssert.AreEqual(first, Train(5, "b.onnx"));
        CollectionAssert.AreNotEqual(first, Train(6, "c.onnx"));
    }

    [TestMethod]
    public void SeedComesFromTheContextWhereTheOptionsHaveNone()
    {
        float[][] Train(int contextSeed)
        {
            var mlContext = new MLContext(contextSeed);
            var options = TestPictures.TinyRecipe();
            options.Seed = null;
            var data = mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32));
            return TestPictures.Embeddings(
                mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(data).Transform(data));
        }

        Assert.AreEqual(0, TestPictures.LargestDifference(Train(3), Train(3)));
        Assert.IsGreaterThan(1e-3, TestPictures.LargestDifference(Train(3), Train(4)));
    }

    [TestMethod]
    public void TrainingLeavesTorchsGlobalGeneratorAlone()
    {
        TorchSharp.torch.random.manual_seed(11);
        using var before = TorchSharp.torch.rand(4);
        TorchSharp.torch.random.manual_seed(11);
        Fit(TestPictures.TinyRecipe(), 32);
        using var after = TorchSharp.torch.rand(4);
        CollectionAssert.AreEqual(before.data<float>().ToArray(), after.data<float>().ToArray());
    }

    [TestMethod]
    public void LossFallsAndBothPrecisionsAgree()
    {
        ByolOptions Recipe(ByolPrecision precision)
        {
            var options = TestPictures.TinyRecipe();
            options.Epochs = 6;
            options.Change(recipe => recipe with
            {
                Optimization = recipe.Optimization with { LearningRate = 0.01 },
                Precision = precision,
            });
            return options;
        }

        var full = Fit(Recipe(ByolPrecision.Float32), 96).History;
        var half = Fit(Recipe(ByolPrecision.BFloat16), 96).History;
        Assert.IsLessThan(0.8 * full[0].Loss, full[^1].Loss, $"from {full[0].Loss} to {full[^1].Loss}");
        foreach (var (a, b) in full.Zip(half))
        {
            Assert.AreEqual(a.Loss, b.Loss, 0.15 * a.Loss, $"epoch {a.Epoch}");
        }
    }

    [TestMethod]
    public void ProgressAndHistoryReportEachEpoch()
    {
        var reports = new Reports();
        var options = TestPictures.TinyRecipe();
        options.Epochs = 3;
        options.Change(recipe => recipe with { ValidationFraction = 0.25 });
        options.Progress = reports;
        var model = Fit(options, 64);
        CollectionAssert.AreEqual(model.History.ToArray(), reports.ToArray());
        CollectionAssert.AreEqual(new[] { 1, 2, 3 }, reports.Select(report => report.Epoch).ToArray());
        Assert.AreEqual(9, reports[^1].Step);
        Assert.AreEqual(9, reports[^1].TotalSteps);
        Assert.IsTrue(
            reports.All(
                report => report is
                {
                    Loss: > 0 and < 4,
                    FeatureVariance: > 0,
                    NormalizedSpread: > 0,
                    ImagesPerSecond: > 0,
                    ValidationLoss: > 0 and < 4,
                    ValidationFeatureVariance: > 0,
                }));
    }

    [TestMethod]
    public void CancelledFitKeepsTheEncoderTrainedSoFar()
    {
        using var cancellation = new CancellationTokenSource();
        var options = TestPictures.TinyRecipe();
        options.Epochs = 50;
        options.CancellationToken = cancellation.Token;
        options.Progress = new CancelAfter(2, cancellation);
        var model = Fit(options, 32);
        Assert.HasCount(2, model.History);
        Assert.AreEqual(64, model.EmbeddingDimension);
    }

    [TestMethod]
    public void CancelledFitThrowsWhereAskedTo()
    {
        using var cancellation = new CancellationTokenSource();
        var options = TestPictures.TinyRecipe();
        options.Epochs = 50;
        options.CancellationToken = cancellation.Token;
        options.OnCancellation = ByolCancellation.Throw;
        options.Progress = new CancelAfter(1, cancellation);
        Assert.ThrowsExactly<OperationCanceledException>(() => Fit(options, 32));
    }

    [TestMethod]
    public void RunWithoutPredictorAndWithTauZeroIsStoppedAsCollapsed()
    {
        var options = TestPictures.TinyRecipe();
        options.Change(recipe => recipe with
        {
            Heads = recipe.Heads with { HasPredictor = false },
            Target = recipe.Target with { Tau = 0, TauEnd = 0, TauSchedule = ByolTauSchedule.Linear },
            Optimization = recipe.Optimization with { LearningRate = 0.02 },
        });
        options.Epochs = 60;
        var exception = Assert.ThrowsExactly<ByolCollapseException>(() => Fit(options, 96));
        Assert.IsTrue(exception.NormalizedSpread < 0.1 || exception.FeatureVariance < 1e-4, exception.Message);
        Assert.IsLessThan(360, exception.Step);
        Assert.Contains("feature variance", exception.Message);
        Assert.Contains("LearningRate", exception.Message);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void ShortRunOnImagesThatAreAllTheSameEndsAsCollapsed(int epochs)
    {
        // Too short for checks in a row, which begin after the warm-up.
        var options = TestPictures.TinyRecipe();
        options.Epochs = epochs;
        var estimator = _mlContext.Transforms.ByolEmbedding("Features", "Image", options);
        var exception = Assert.ThrowsExactly<ByolCollapseException>(
            () => estimator.Fit(_mlContext.Data.LoadFromEnumerable(TestPictures.Black(64))));
        Assert.AreEqual(4 * epochs, exception.Step);
        Assert.Contains("at the end of the run", exception.Message);
        Assert.AreEqual(ByolTrainingState.Collapsed, ByolVerdict.Of([], exception).State);
    }

    [TestMethod]
    public void CollapsedRunThatIsResumedAtItsEndIsCollapsedStill()
    {
        using var folder = new TemporaryFolder();
        var options = TestPictures.TinyRecipe();
        options.CheckpointDirectory = folder.Path;
        options.Resume = true;
        var estimator = _mlContext.Transforms.ByolEmbedding("Features", "Image", options);
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Black(64));
        for (var attempt = 0; attempt < 2; attempt++)
        {
            Assert.AreEqual(4, Assert.ThrowsExactly<ByolCollapseException>(() => estimator.Fit(data)).Step);
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void NormalRunIsNotStopped(int seed)
    {
        var options = TestPictures.TinyRecipe();
        options.Seed = seed;
        options.Change(recipe => recipe with { Optimization = recipe.Optimization with { LearningRate = 0.02 } });
        options.Epochs = 20;
        var last = Fit(options, 96).History[^1];
        Assert.AreEqual(120, last.Step);
        Assert.AreEqual(ByolPrecision.Float32, last.Precision);
        var phases = last.Phases;
        Assert.IsTrue(
            phases.Load + phases.Online + phases.Target + phases.Optimizer + phases.Diagnostics is > 0.8 and < 1.1,
            $"{phases}");
    }

    [TestMethod]
    public void FitLeavesNoTensorsBehind()
    {
        Fit(TestPictures.TinyRecipe(), 32);
        var before = TorchSharp.torch.Tensor.TotalCount;
        Fit(TestPictures.TinyRecipe(), 32);
        Assert.AreEqual(before, TorchSharp.torch.Tensor.TotalCount);
    }

    [TestMethod]
    public void FewerImagesThanABatchAreCounted()
    {
        var message = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(TestPictures.TinyRecipe(), 7)).Message;
        Assert.Contains("There are 7 ", message);
        Assert.Contains("BatchSize is 16; set BatchSize to 7 or less, or give 16 images or more.", message);
    }

    [TestMethod]
    public void TheLeastNumberOfImagesCountsHeldOutOnesAndAccumulation()
    {
        var options = TestPictures.TinyRecipe();
        options.Change(recipe => recipe with { ValidationFraction = 0.2, GradientAccumulation = 2 });
        var message = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options, 30)).Message;
        Assert.Contains("30 readable images, 6 of them held out by ValidationFraction", message);
        Assert.Contains(
            "BatchSize is 16 and GradientAccumulation 2; set BatchSize to 12 or less, or give 40 images or more.",
            message);
        Assert.HasCount(1, Fit(options, 40).History);
        Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options, 39));
    }

    [TestMethod]
    public void TooLittleMemoryForABatchIsSaidWithItsRemedy()
    {
        var native = new ExternalException("CUDA out of memory. Tried to allocate 20.00 MiB.");
        Assert.IsTrue(MemoryErrors.IsOutOfMemory(native));
        Assert.IsFalse(MemoryErrors.IsOutOfMemory(new ExternalException("mat1 and mat2 shapes cannot be multiplied")));
        var explained = MemoryErrors.Explain(native, new Device(DeviceType.CUDA, 1), batchSize: 16, imageSize: 32);
        Assert.Contains(
            "The memory of the GPU cuda:1 does not suffice for a training step: BatchSize is 16", explained.Message);
        Assert.AreSame(native, explained.InnerException);
    }

    [TestMethod]
    public void MaxImagesIsASampleOverAllRows()
    {
        var options = TestPictures.TinyRecipe();
        options.MaxImages = 32;
        options.Epochs = 1;
        // Rows 32 and on have no image, so that a fit on the first 32 would leave none out.
        var rows = TestPictures.Rows(128);
        foreach (var row in rows[32..])
        {
            row.Image = null!;
        }
        options.Change(recipe => recipe with { BatchSize = 2 });
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", options)
            .Fit(_mlContext.Data.LoadFromEnumerable(rows));
        Assert.IsGreaterThan(10, model.UnreadableImages.Count);
        Assert.IsLessThan(32, model.UnreadableImages.Count);
    }

    private ByolEmbeddingTransformer Fit(ByolOptions options, int images) =>
        _mlContext.Transforms.ByolEmbedding("Features", "Image", options)
            .Fit(_mlContext.Data.LoadFromEnumerable(TestPictures.Rows(images)));

    private sealed class Reports : List<ByolProgress>, IProgress<ByolProgress>
    {
        public void Report(ByolProgress value) => Add(value);
    }

    private sealed class CancelAfter(int epochs, CancellationTokenSource cancellation) : IProgress<ByolProgress>
    {
        public void Report(ByolProgress value)
        {
            if (value.Epoch == epochs)
            {
                cancellation.Cancel();
            }
        }
    }
}
