using Microsoft.ML;

namespace Byol.MLNet.Tests.Pretraining;

/// <summary>What happens to the files of a running fit.</summary>
[TestClass]
public class FaultTests
{
    [TestMethod]
    public void AFolderThatIsRemovedWhileTrainingRunsDoesNotMatter()
    {
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext(1);
        var data = mlContext.Data.LoadFromEnumerable(TestPictures.Files(folder["images"], 64));
        byte[] Train(string name, IProgress<ByolProgress>? progress)
        {
            var options = TestPictures.TinyRecipe();
            options.Epochs = 2;
            options.ProgressEvery = 1;
            options.Progress = progress;
            mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(data).SaveOnnx(folder[name]);
            return File.ReadAllBytes(folder[name]);
        }

        var undisturbed = Train("a.onnx", progress: null);
        CollectionAssert.AreEqual(undisturbed, Train("b.onnx", new Removal(folder["images"])));
        Assert.IsFalse(Directory.Exists(folder["images"]));
    }

    [TestMethod]
    public void AFullDiskUnderTheProgressFileIsAWarningAndNoMore()
    {
        if (!File.Exists("/dev/full"))
        {
            Assert.Inconclusive("This system has no device that is always full.");
        }
        using var folder = new TemporaryFolder();
        var options = TestPictures.TinyRecipe();
        options.Epochs = 3;
        // A link, as a device would be replaced by who creates files.
        File.CreateSymbolicLink(folder["progress.jsonl"], "/dev/full");
        options.ProgressFile = folder["progress.jsonl"];
        var (model, warnings) = FitAndCollectWarnings(options);
        Assert.HasCount(3, model.History);
        Assert.HasCount(1, warnings.Where(text => text.Contains("ProgressFile", StringComparison.Ordinal)));
        Assert.Contains("at step 4", warnings.Single(text => text.Contains("ProgressFile", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void ATensorBoardFolderThatIsGoneIsAWarningAndNoMore()
    {
        using var folder = new TemporaryFolder();
        var options = TestPictures.TinyRecipe();
        options.Epochs = 3;
        options.ProgressEvery = 1;
        options.TensorBoardDirectory = folder["board"];
        options.ProgressFile = folder["progress.jsonl"];
        options.Progress = new Removal(folder["board"]);
        var (model, warnings) = FitAndCollectWarnings(options);
        Assert.HasCount(3, model.History);
        Assert.HasCount(1, warnings.Where(text => text.Contains("TensorBoardDirectory", StringComparison.Ordinal)));
        Assert.HasCount(12, File.ReadAllLines(folder["progress.jsonl"]), "The other file is still written.");
    }

    [TestMethod]
    public void WhatTheCallersProgressThrowsReachesTheCaller()
    {
        var options = TestPictures.TinyRecipe();
        options.Progress = new Failure();
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => FitAndCollectWarnings(options));
        Assert.IsInstanceOfType<FormatException>(exception.InnerException);
        Assert.AreEqual("the caller's own", exception.InnerException.Message);
    }

    /// <summary>
    /// A number that TorchSharp hands to a native call was freed under it, and the fit ended or computed with another
    /// number.
    /// </summary>
    [TestMethod]
    public void AGarbageCollectorThatRunsAllTheTimeDoesNotDisturbTraining()
    {
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext(1);
        var data = mlContext.Data.LoadFromEnumerable(TestPictures.Rows(64));
        byte[] Train(string name)
        {
            var options = TestPictures.TinyRecipe();
            options.Epochs = 25;
            mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(data).SaveOnnx(folder[name]);
            return File.ReadAllBytes(folder[name]);
        }

        var undisturbed = Train("a.onnx");
        using var stop = new CancellationTokenSource();
        var collector = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
                // Without a pause, training would hardly get a turn on a busy machine.
                Thread.Sleep(1);
            }
        });
        try
        {
            CollectionAssert.AreEqual(undisturbed, Train("b.onnx"));
        }
        finally
        {
            stop.Cancel();
            collector.Wait();
        }
    }

    private static (ByolEmbeddingTransformer Model, IReadOnlyList<string> Warnings) FitAndCollectWarnings(
        ByolOptions options)
    {
        var mlContext = new MLContext(1);
        var warnings = new List<string>();
        mlContext.Log += (_, entry) =>
        {
            if (entry.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
            {
                warnings.Add(entry.RawMessage);
            }
        };
        var data = mlContext.Data.LoadFromEnumerable(TestPictures.Rows(64));
        return (mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(data), warnings);
    }

    private sealed class Failure : IProgress<ByolProgress>
    {
        public void Report(ByolProgress value) => throw new FormatException("the caller's own");
    }

    private sealed class Removal(string folder) : IProgress<ByolProgress>
    {
        public void Report(ByolProgress value)
        {
            if (value.Step == 1)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
