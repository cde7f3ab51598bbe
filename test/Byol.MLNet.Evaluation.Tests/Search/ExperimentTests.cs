using Byol.MLNet.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Evaluation.Tests.Search;

[TestClass]
public class ExperimentTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void SearchEmbedsOnceAndItsModelPredictsElsewhere()
    {
        using var folder = new TemporaryFolder();
        var train = _mlContext.Data.LoadFromEnumerable(TestPictures.ColourFiles(folder["train"], 90));
        var test = TestPictures.ColourFiles(folder["test"], 30);
        var encoder = Encoder(train);
        using var stop = new CancellationTokenSource();
        var seen = new Collected { Trainers = 8, Then = stop.Cancel };
        var settings = new ByolExperimentSettings { CancellationToken = stop.Token };
        var result = new ByolExperiment(_mlContext, encoder, settings).Execute(train, progress: seen);

        var last = ((IEnumerable<ITransformer>)result.Model).OfType<ByolEmbeddingTransformer>().Single();
        Assert.AreEqual(
            (90, 0),
            (encoder.ComputedEmbeddings, last.ComputedEmbeddings),
            "The search and the last fit share the embeddings.");
        CollectionAssert.AreEquivalent(seen.Values, result.RunDetails.ToArray());
        CollectionAssert.AreEqual(
            result.RunDetails.Select(run => run.MicroAccuracy).OrderDescending().ToArray(),
            result.RunDetails.Select(run => run.MicroAccuracy).ToArray());
        Assert.IsEmpty(result.RunDetails.Where(run => run.Exception is not null));
        Assert.IsGreaterThanOrEqualTo(8, result.RunDetails.Select(run => run.TrainerName).Distinct().Count());
        Assert.IsGreaterThan(0.9, result.BestRun.MicroAccuracy, "Chance is a third.");

        _mlContext.Model.Save(result.Model, train.Schema, folder["model.zip"]);
        var elsewhere = new MLContext();
        var predicted = elsewhere.Model.Load(folder["model.zip"], out _)
            .Transform(elsewhere.Data.LoadFromEnumerable(test.Select(row => new Unlabelled(row.Image))))
            .GetColumn<string>("PredictedLabel")
            .ToArray();
        var here = result.Model.Transform(_mlContext.Data.LoadFromEnumerable(test))
            .GetColumn<string>("PredictedLabel")
            .ToArray();
        CollectionAssert.AreEqual(here, predicted);
        Assert.IsGreaterThan(0.9, predicted.Zip(test).Average(pair => pair.First == pair.Second.Label ? 1.0 : 0));
    }

    [TestMethod]
    public void ValidationRowsDecideWhereTheyAreGiven()
    {
        using var folder = new TemporaryFolder();
        var train = _mlContext.Data.LoadFromEnumerable(TestPictures.ColourFiles(folder["train"], 60));
        var wrong = _mlContext.Data.LoadFromEnumerable(
            TestPictures.ColourFiles(folder["validation"], 30)
                .Select(row => new FileRow { Image = row.Image, Label = row.Label == "red" ? "green" : "red" }));
        var settings = new ByolExperimentSettings { MaxExperimentTime = TimeSpan.FromSeconds(5) };
        var result = new ByolExperiment(_mlContext, Encoder(train), settings).Execute(train, validation: wrong);
        Assert.AreEqual(0, result.BestRun.Deviation);
        Assert.IsLessThan(0.1, result.BestRun.MicroAccuracy, "The validation rows' labels are wrong on purpose.");
    }

    [TestMethod]
    public void RowsWhoseImageCannotBeReadTakeNoPart()
    {
        using var folder = new TemporaryFolder();
        var files = TestPictures.ColourFiles(folder["train"], 60);
        // One label has nothing else.
        FileRow[] unreadable = [
            .. new[] { "red", "green", "violet" }.Select(
                label => new FileRow { Image = folder["gone.png"], Label = label })];
        var train = _mlContext.Data.LoadFromEnumerable([.. files, .. unreadable]);
        var settings = new ByolExperimentSettings { MaxExperimentTime = TimeSpan.FromSeconds(10) };
        var result = new ByolExperiment(_mlContext, Encoder(train, ByolUnreadableImage.NaN), settings).Execute(train);

        Assert.IsEmpty(result.RunDetails.Where(run => run.Exception is not null));
        // Five folds of twelve rows: with others among them it would be no sixtieth.
        Assert.AreEqual(Math.Round(60 * result.BestRun.MicroAccuracy), 60 * result.BestRun.MicroAccuracy, 1e-9);
        Assert.IsGreaterThan(0.9, result.BestRun.MicroAccuracy, "Chance is a third.");
        var predicted = result.Model.Transform(_mlContext.Data.LoadFromEnumerable(files));
        Assert.IsGreaterThan(
            0.9,
            predicted.GetColumn<string>("PredictedLabel")
                .Zip(files)
                .Average(pair => pair.First == pair.Second.Label ? 1.0 : 0));
        Assert.AreEqual(
            3, ((VectorDataViewType)predicted.Schema["Score"].Type).Size, "A label without a picture is no class.");
    }

    [TestMethod]
    public void TheModelIsEvaluatedOnLabelledRows()
    {
        using var folder = new TemporaryFolder();
        var train = _mlContext.Data.LoadFromEnumerable(TestPictures.ColourFiles(folder["train"], 60));
        var test = TestPictures.ColourFiles(folder["test"], 31);
        var settings = new ByolExperimentSettings { MaxExperimentTime = TimeSpan.FromSeconds(4) };
        var result = new ByolExperiment(_mlContext, Encoder(train), settings).Execute(train);
        var predicted = result.Model.Transform(_mlContext.Data.LoadFromEnumerable(test))
            .GetColumn<string>("PredictedLabel");
        var accuracy = predicted.Zip(test).Average(pair => pair.First == pair.Second.Label ? 1.0 : 0);
        Assert.AreEqual(accuracy, result.Evaluate(_mlContext.Data.LoadFromEnumerable(test)).MicroAccuracy, 1e-9);
        test[3].Label = "violet";
        Assert.Contains(
            "'violet'",
            Assert.ThrowsExactly<ArgumentException>(
                () => result.Evaluate(_mlContext.Data.LoadFromEnumerable(test))).Message);
    }

    [TestMethod]
    [DataRow(60)]
    [DataRow(null)]
    public void ALongSearchIsNoFailure(int? days)
    {
        var train = Data(30, seed: 1);
        using var stop = new CancellationTokenSource();
        var settings = new ByolExperimentSettings
        {
            MaxExperimentTime = days is { } count ? TimeSpan.FromDays(count) : TimeSpan.MaxValue,
            CancellationToken = stop.Token,
        };
        var result = new ByolExperiment(_mlContext, Encoder(train), settings).Execute(
            train, progress: new First(stop.Cancel));
        Assert.IsNull(result.BestRun.Exception);
        Assert.HasCount(1, result.RunDetails);
    }

    [TestMethod]
    public void ASearchWithoutTimeSaysSo()
    {
        var train = Data(30, seed: 1);
        var message = Assert.ThrowsExactly<InvalidOperationException>(
            () => new ByolExperiment(
                _mlContext,
                Encoder(train),
                new ByolExperimentSettings { MaxExperimentTime = TimeSpan.FromTicks(1) }).Execute(train)).Message;
        Assert.Contains("MaxExperimentTime, which is 00:00:00.0000001", message);
    }

    [TestMethod]
    public void BadRowsAndSettingsAreNamed()
    {
        var train = Data(30, seed: 1);
        var encoder = Encoder(train);
        var single = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(9).Where(row => row.Label == "disc"));
        var unknown = _mlContext.Data.LoadFromEnumerable(
            TestPictures.Rows(3).Select(row => new PictureRow { Image = row.Image, Label = "cube" }));
        Assert.Contains(
            "single label 'disc'",
            Assert.ThrowsExactly<ArgumentException>(
                () => new ByolExperiment(_mlContext, encoder).Execute(single)).Message);
        Assert.Contains(
            "'cube'",
            Assert.ThrowsExactly<ArgumentException>(
                () => new ByolExperiment(_mlContext, encoder).Execute(train, validation: unknown)).Message);
        Assert.Contains(
            "'Breed'",
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(
                () => new ByolExperiment(_mlContext, encoder).Execute(train, "Breed")).Message);
        var oneFold = new ByolExperimentSettings { Folds = 1 };
        Assert.Contains(
            "Folds",
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(
                () => new ByolExperiment(_mlContext, encoder, oneFold).Execute(train)).Message);
    }

    private IDataView Data(int count, int seed) => _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(count, seed));

    private ByolEmbeddingTransformer Encoder(
        IDataView data, ByolUnreadableImage onUnreadable = ByolUnreadableImage.Skip)
    {
        var options = TestPictures.TinyRecipe();
        options.Change(recipe => recipe with { BatchSize = 8 });
        options.OnUnreadableImage = onUnreadable;
        return _mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(data);
    }

    private sealed record Unlabelled(string Image);

    private sealed class First(Action seen) : IProgress<ByolRunDetail>
    {
        public void Report(ByolRunDetail value) => seen();
    }

    private sealed class Collected : IProgress<ByolRunDetail>
    {
        public List<ByolRunDetail> Values { get; } = [];

        /// <summary>After so many kinds of trainers, <see cref="Then"/> is called.</summary>
        public required int Trainers { get; init; }

        public required Action Then { get; init; }

        public void Report(ByolRunDetail value)
        {
            Values.Add(value);
            if (Values.Select(run => run.TrainerName).Distinct().Count() == Trainers)
            {
                Then();
            }
        }
    }
}
