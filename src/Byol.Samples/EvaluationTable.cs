using Byol.MLNet.Evaluation;
using Byol.MLNet.Reporting;
using Microsoft.ML;

namespace Byol.Samples;

/// <summary>
/// Classifiers on raw pixels, the untrained and the trained encoder side by side, and a page about them.
/// </summary>
internal static class EvaluationTable
{
    public static void Run()
    {
        var mlContext = new MLContext(seed: 1);
        QuickEncoder.Save(mlContext);

        #region table
        var labelled = mlContext.Data.LoadFromEnumerable(Photo.In("labelled"));
        var encoder = mlContext.Transforms.LoadByolEmbedding("Features", "ImagePath", "encoder.onnx").Fit(labelled);
        var images = FeatureSets.Extract(mlContext, encoder, labelled, "ImagePath", "Label");
        var evaluator = new ByolEvaluator(seed: 1);
        var rows = evaluator.EvaluateSplits("shapes", images, splits: 3, [ByolClassifier.Knn, ByolClassifier.Lbfgs]);
        foreach (var row in rows)
        {
            Console.WriteLine($"{row.Classifier} on {row.Features}: {row.MicroAccuracy:P1} ± {row.Deviation:P1}");
        }
        #endregion

        #region page
        new ByolReport("Evaluation on shapes")
            .AddEvaluation(rows)
            .AddConfusion(images, evaluator.PredictSplits(images, splits: 3, ByolClassifier.Lbfgs))
            .AddEmbeddings(images)
            .Save("evaluation.html");
        #endregion
    }
}
