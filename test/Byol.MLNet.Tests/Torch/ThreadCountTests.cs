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
