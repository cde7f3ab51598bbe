using Byol.MLNet.Evaluation;
using Byol.MLNet.Tests;
using Microsoft.ML;

namespace Byol.MLNet.Reporting.Tests;

/// <summary>What is made and dropped leaves no managed memory behind.</summary>
[TestClass]
[DoNotParallelize]
public class MemoryTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void EvaluationsAndReportsAreDropped() => MemoryLevel.AssertKept(_mlContext, (encoder, data) =>
    {
        using var folder = new TemporaryFolder();
        var sets = FeatureSets.Extract(_mlContext, encoder, data, "Image", "Label");
        var evaluator = new ByolEvaluator();
        new ByolReport("Memory")
            .AddTraining(encoder.History)
            .AddViews(_mlContext, data, "Image", TestPictures.TinyRecipe())
            .AddEvaluation(evaluator.EvaluateSplits("colours", sets, 1, [ByolClassifier.Knn, ByolClassifier.Lbfgs]))
            .AddConfusion(sets, evaluator.PredictSplits(sets, 1, ByolClassifier.Knn))
            .AddEmbeddings(sets)
            .Save(folder["report.html"]);
    });
}
