using Byol.MLNet;
using Microsoft.ML;

namespace Byol.Samples;

/// <summary>Stops a training, keeps what it learnt, and goes on with it.</summary>
internal static class Checkpoints
{
    public static void Run()
    {
        var mlContext = new MLContext(seed: 1);
        var photos = mlContext.Data.LoadFromEnumerable(Photo.In("all"));

        #region stop
        using var stop = new CancellationTokenSource();
        var options = new ByolOptions
        {
            Recipe = ByolRecipe.Fast with { BatchSize = 16 },
            Epochs = 4,
            CheckpointDirectory = "run",
            CancellationToken = stop.Token,                                  // of Ctrl+C, say
            OnCancellation = ByolCancellation.KeepTrained,                   // Throw gives an exception instead
            Progress = new StopAfterFirstEpoch(stop),
        };
        using var begun = mlContext.Transforms.ByolEmbedding("Features", "ImagePath", options).Fit(photos);
        Console.WriteLine($"Stopped: {begun.WasCancelled}, after step {begun.History[^1].Step}");
        #endregion

        #region resume
        options.Resume = true;
        options.CancellationToken = CancellationToken.None;
        options.Progress = null;
        using var ended = mlContext.Transforms.ByolEmbedding("Features", "ImagePath", options).Fit(photos);
        Console.WriteLine($"Went on from step {ended.ResumedFromStep} to step {ended.History[^1].Step}");
        #endregion
    }

    private sealed class StopAfterFirstEpoch(CancellationTokenSource stop) : IProgress<ByolProgress>
    {
        public void Report(ByolProgress value) => stop.Cancel();
    }
}
