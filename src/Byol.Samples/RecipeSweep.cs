using Byol.MLNet;
using Byol.MLNet.Evaluation;
using Microsoft.ML;

namespace Byol.Samples;

/// <summary>Pretrains by several variants of a recipe, and scores each on labelled images.</summary>
internal static class RecipeSweep
{
    public static void Run()
    {
        #region sweep
        var mlContext = new MLContext(seed: 1);
        var photos = mlContext.Data.LoadFromEnumerable(Photo.In("all"));
        var labelled = mlContext.Data.LoadFromEnumerable(Photo.In("labelled"));
        var scores = new Dictionary<(double Tau, double Rate), double>();
        foreach (var (tau, rate) in ((double, double)[])[(0.95, 0.1), (0.98, 0.1), (0.95, 0.05)])
        {
            var recipe = ByolRecipe.Fast with
            {
                BatchSize = 16,
                Target = ByolRecipe.Fast.Target with { Tau = tau },
                Optimization = ByolRecipe.Fast.Optimization with { LearningRate = rate },
            };
            var options = new ByolOptions { Recipe = recipe, Epochs = 1, Seed = 1 };
            using var encoder = mlContext.Transforms.ByolEmbedding("Features", "ImagePath", options).Fit(photos);
            scores[(tau, rate)] = Score(mlContext, encoder, labelled);
        }
        var best = scores.MaxBy(score => score.Value);
        Console.WriteLine($"τ {best.Key.Tau}, learning rate {best.Key.Rate}: {best.Value:P1}");
        #endregion
    }

    #region score
    private static double Score(MLContext mlContext, ByolEmbeddingTransformer encoder, IDataView labelled)
    {
        var images = FeatureSets.Extract(mlContext, encoder, labelled, "ImagePath", "Label");
        var rows = new ByolEvaluator(seed: 1).EvaluateSplits("photos", images, splits: 3, [ByolClassifier.Knn]);
        return rows.Single(row => row.Features == FeatureSets.Trained).MicroAccuracy;
    }
    #endregion
}
