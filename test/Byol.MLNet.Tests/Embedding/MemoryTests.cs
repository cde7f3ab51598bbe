using System.Runtime.CompilerServices;
using Microsoft.ML;

namespace Byol.MLNet.Tests.Embedding;

/// <summary>What is made and dropped leaves no managed memory behind.</summary>
[TestClass]
[DoNotParallelize]
public class MemoryTests
{
    private const long Slack = 1_500_000;

    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void ExperimentsAreDropped() => AssertLevel((encoder, data) =>
        new ByolExperiment(_mlContext, encoder, new ByolExperimentSettings { MaxExperimentTime = TimeSpan.FromSeconds(1) }).Execute(data));

    [TestMethod]
    public void EvaluationsAndReportsAreDropped() => AssertLevel((encoder, data) =>
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

    [TestMethod]
    public void ViewsAndEnginesAreDropped() => AssertLevel((encoder, data) =>
    {
        TestPictures.Embeddings(encoder.Transform(data));
        using var engine = _mlContext.Model.CreatePredictionEngine<FileRow, EmbeddingRow>(encoder);
    });

    private void AssertLevel(Action<ByolEmbeddingTransformer, IDataView> use)
    {
        using var folder = new TemporaryFolder();
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.ColourFiles(folder.Path, 60));
        var encoder = _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(data);
        Use();
        Use();
        var before = Level();
        for (var i = 0; i < 4; i++)
        {
            Use();
        }
        Assert.IsLessThan(before + Slack, Level());

        // Not inlined, so that nothing of it is left on the stack.
        [MethodImpl(MethodImplOptions.NoInlining)]
        void Use() => use(encoder, data);
    }

    private static long Level()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
