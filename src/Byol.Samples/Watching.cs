using Byol.MLNet;
using Byol.MLNet.Evaluation;
using Byol.MLNet.Reporting;
using Microsoft.ML;

namespace Byol.Samples;

/// <summary>Watches a training: progress, a probe, TensorBoard, its verdict, and a page about it.</summary>
internal static class Watching
{
    public static void Run()
    {
        var mlContext = new MLContext(seed: 1);
        var photos = mlContext.Data.LoadFromEnumerable(Photo.In("all"));

        #region watch
        var options = new ByolOptions
        {
            Recipe = ByolRecipe.Fast with { BatchSize = 16 },
            Epochs = 2,
            Progress = new Lines(),
            ProgressEvery = 2,                                                            // steps
            Probe = new ByolProbe(mlContext.Data.LoadFromEnumerable(Photo.In("labelled"))),
            ProgressFile = "progress.jsonl",
            TensorBoardDirectory = "board",
        };
        using var model = mlContext.Transforms.ByolEmbedding("Features", "ImagePath", options).Fit(photos);
        Console.WriteLine(model.Verdict!.Explanation);
        #endregion

        #region page
        new ByolReport("Training on photos")
            .AddTraining(model.History)
            .AddViews(mlContext, photos, "ImagePath", options)
            .AddEmbeddings(FeatureSets.Extract(mlContext, model, photos, "ImagePath"))
            .Save("training.html");
        #endregion
    }

    #region lines
    private sealed class Lines : IProgress<ByolProgress>
    {
        public void Report(ByolProgress value) =>
            Console.WriteLine(
                $"step {value.Step} of {value.TotalSteps}: loss {value.Loss:F2}, rank {value.EffectiveRank:F0}");
    }
    #endregion
}
