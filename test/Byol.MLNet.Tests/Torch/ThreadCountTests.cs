using Byol.MLNet.Foundation;
using Byol.MLNet.Torch;
using Microsoft.ML;
using static TorchSharp.torch;

namespace Byol.MLNet.Tests.Torch;

/// <summary>libtorch's number of threads over a resume.</summary>
[TestClass]
[DoNotParallelize]
public class ThreadCountTests
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _log = [];
    private readonly int _threads = get_num_threads();

    [TestCleanup]
    public void Cleanup()
    {
        set_num_threads(_threads);
        _folder.Dispose();
    }

    [TestMethod]
    public void AResumedRunTakesTheNumberThatItBeganWith()
    {
        set_num_threads(1);
        var whole = Weights(Fit(Recipe()), "whole");
        Stop();
        set_num_threads(2);
        Assert.AreEqual(whole, Weights(Fit(Resumed()), "resumed"));
        Assert.AreEqual(2, get_num_threads(), "The caller's number is back.");
    }

    [TestMethod]
    public void AFitThatBeginsDuringAnothersStepTakesTheWholeNumber()
    {
        set_num_threads(4);
        using var first = new ThreadCount(wanted: null, SilentLog.Instance);
        using var sides = new SideBySide();
        using (sides.Begin())
        {
            Assert.AreEqual(4, OnNewThread(() =>
            {
                using var second = new ThreadCount(wanted: null, SilentLog.Instance);
                return Math.Min(second.Count, get_num_threads());
            }));
        }
        Assert.AreEqual(4, get_num_threads());
    }

    [TestMethod]
    public void TheSecondHalfKeepsItsNumberWhateverOtherThreadsSet()
    {
        set_num_threads(4);
        using var sides = new SideBySide();
        using var _ = sides.Begin();
        var (first, second) = sides.Run(
            () => 0,
            () =>
            {
                OnNewThread(() =>
                {
                    set_num_threads(3);
                    return 0;
                });
                using var product = ones(8, 8).mm(ones(8, 8));
                return get_num_threads();
            });
        Assert.AreEqual((0, 2), (first, second));
    }

    [TestMethod]
    public void MoreThreadsThanProcessorsAreSaidInTheLog()
    {
        Stop();
        var manifest = Directory.GetFiles(_folder["run"], "manifest.json", SearchOption.AllDirectories).Single();
        File.WriteAllText(
            manifest,
            File.ReadAllText(manifest)
                .Replace($"\"threads\": {_threads}", "\"threads\": 5000", StringComparison.Ordinal));
        Fit(Resumed());
        Assert.Contains(line => line.Contains("began on 5000 threads", StringComparison.Ordinal), _log);
    }

    private static int OnNewThread(Func<int> function)
    {
        var result = 0;
        var thread = new Thread(() => result = function());
        thread.Start();
        thread.Join();
        return result;
    }

    private static ByolOptions Recipe()
    {
        var options = TestPictures.TinyRecipe();
        options.Epochs = 3;
        return options;
    }

    private ByolOptions Resumed()
    {
        var options = Recipe();
        options.CheckpointDirectory = _folder["run"];
        options.Resume = true;
        return options;
    }

    private void Stop()
    {
        using var source = new CancellationTokenSource();
        var options = Recipe();
        options.CheckpointDirectory = _folder["run"];
        options.CancellationToken = source.Token;
        options.Progress = new Action<ByolProgress>(_ => source.Cancel()).AsProgress();
        Fit(options);
    }

    private ByolEmbeddingTransformer Fit(ByolOptions options)
    {
        var mlContext = new MLContext(1);
        mlContext.Log += (_, entry) => _log.Add(entry.RawMessage);
        return mlContext.Transforms.ByolEmbedding("Features", "Image", options)
            .Fit(mlContext.Data.LoadFromEnumerable(TestPictures.Rows(64)));
    }

    private string Weights(ByolEmbeddingTransformer model, string name)
    {
        model.SaveWeights(_folder[name]);
        return Convert.ToHexString(File.ReadAllBytes(_folder[name]));
    }
}
