using Byol.MLNet.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Evaluation.Tests;

/// <summary>Labels stand beside their own images, whatever order a source gives its rows in.</summary>
[TestClass]
public class RowIdentityTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void EvaluationAndExperimentReadLabelsBesideTheirImages()
    {
        using var folder = new TemporaryFolder();
        var files = TestPictures.ColourFiles(folder.Path, 90);
        var data = _mlContext.Data.LoadFromEnumerable(files);
        var shuffled = _mlContext.Data.LoadFromEnumerable(files.OrderBy(_ => Guid.NewGuid()));
        var encoder = _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(data);

        var sets = FeatureSets.Extract(_mlContext, encoder, shuffled, "Image", "Label");
        var rows = new ByolEvaluator().EvaluateSplits("colours", sets, 1, [ByolClassifier.Knn]);
        Assert.IsGreaterThan(0.9, rows.Single(row => row.Features == FeatureSets.Trained).MicroAccuracy);

        using var stop = new CancellationTokenSource();
        var settings = new ByolExperimentSettings { CancellationToken = stop.Token };
        var result = new ByolExperiment(_mlContext, encoder, settings).Execute(
            shuffled, progress: new UntilNeighbours(stop));
        Assert.IsGreaterThan(
            0.9, result.RunDetails.Single(run => run.TrainerName == UntilNeighbours.Name).MicroAccuracy);
        Assert.IsGreaterThan(0.9, result.BestRun.MicroAccuracy);
        var predicted = result.Model.Transform(data).GetColumn<string>("PredictedLabel");
        Assert.IsGreaterThan(0.9, predicted.Zip(files).Average(pair => pair.First == pair.Second.Label ? 1.0 : 0));
    }

    private sealed class UntilNeighbours(CancellationTokenSource stop) : IProgress<ByolRunDetail>
    {
        public const string Name = "Nearest neighbours";

        public void Report(ByolRunDetail value)
        {
            if (value.TrainerName == Name)
            {
                stop.Cancel();
            }
        }
    }
}
