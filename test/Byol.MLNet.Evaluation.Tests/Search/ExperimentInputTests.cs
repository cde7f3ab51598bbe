using Byol.MLNet.Tests;
using Microsoft.ML;

namespace Byol.MLNet.Evaluation.Tests.Search;

/// <summary>What a search and an evaluation are given, and say of it.</summary>
[TestClass]
public class ExperimentInputTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void RowsWithoutALabelAreRefusedAndCounted()
    {
        using var folder = new TemporaryFolder();
        var files = TestPictures.ColourFiles(folder.Path, 48);
        var encoder = Encoder(files);
        FileRow[] some =
        [
            .. files.Select((file, i) => new FileRow { Image = file.Image, Label = i % 6 == 0 ? "" : file.Label }),
        ];
        var experiment = new ByolExperiment(_mlContext, encoder);
        var message = Message<ArgumentException>(() => experiment.Execute(Data(some)));
        Assert.Contains("8 of 48 rows have no label in column 'Label'", message);
        message = Message<ArgumentException>(() => experiment.Execute(Data(files), validation: Data(some)));
        Assert.Contains("8 of 48 rows have no label", message);
        message = Message<ArgumentException>(() => experiment.Execute(Data(files), validation: Data([])));
        Assert.Contains("no validation rows", message);
    }

    [TestMethod]
    public void ASearchThatWasStoppedBeforehandSaysSo()
    {
        using var folder = new TemporaryFolder();
        var files = TestPictures.ColourFiles(folder.Path, 48);
        var settings = new ByolExperimentSettings { CancellationToken = new CancellationToken(canceled: true) };
        var experiment = new ByolExperiment(_mlContext, Encoder(files), settings);
        Assert.ThrowsExactly<OperationCanceledException>(() => experiment.Execute(Data(files)));
    }

    [TestMethod]
    public void SplitsForPredictionsAreCheckedAsThoseOfAnEvaluation()
    {
        using var folder = new TemporaryFolder();
        var files = TestPictures.ColourFiles(folder.Path, 48);
        FileRow[] lone = [.. files, new FileRow { Image = files[0].Image, Label = "lone" }];
        var images = FeatureSets.Extract(_mlContext, Encoder(files), Data(lone), "Image", "Label");
        var evaluator = new ByolEvaluator();
        var message = Message<ArgumentException>(() => evaluator.PredictSplits(images, 1, ByolClassifier.Knn));
        Assert.Contains("Label 'lone' has a single image", message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => evaluator.PredictSplits(images, 0, ByolClassifier.Knn));
    }

    private ByolEmbeddingTransformer Encoder(FileRow[] files) =>
        _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(Data(files));

    private IDataView Data(FileRow[] files) => _mlContext.Data.LoadFromEnumerable(files);

    private static string Message<T>(Action action)
        where T : Exception =>
        Assert.ThrowsExactly<T>(action).Message;
}
