using Microsoft.ML;

namespace Byol.MLNet.Tests.Training;

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

    /// <summary>A number that TorchSharp hands to a native call was freed under it, and the fit ended or computed with another number.</summary>
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
