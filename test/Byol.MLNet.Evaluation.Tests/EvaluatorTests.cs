using Byol.MLNet.Classifiers;
using Byol.MLNet.Evaluation.Classifiers;
using Byol.MLNet.Evaluation.Features;
using Byol.MLNet.Foundation;
using Byol.MLNet.Tests;
using Microsoft.ML;

namespace Byol.MLNet.Evaluation.Tests;

[TestClass]
public class EvaluatorTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void EveryClassifierHasThreeRowsSideBySide()
    {
        var (model, data) = Model(48);
        var images = FeatureSets.Extract(_mlContext, model, data, "Image", "Label");
        // The package of the ImageNet network is not referenced here.
        CollectionAssert.AreEqual(new[] { "pixels", "untrained", "trained" }, images.Sets.ToArray());
        Assert.ThrowsExactly<KeyNotFoundException>(() => images[FeatureSets.ImageNet]);
        var rows = new ByolEvaluator(1).EvaluateSplits(
            "pictures", images, 2, [ByolClassifier.Knn, ByolClassifier.Lbfgs]);
        CollectionAssert.AreEqual(
            new[] { "Knn pixels", "Knn untrained", "Knn trained", "Lbfgs pixels", "Lbfgs untrained", "Lbfgs trained" },
            rows.Select(row => $"{row.Classifier} {row.Features}").ToArray());
        Assert.IsTrue(
            rows.All(
                row => row is
                {
                    Data: "pictures",
                    MicroAccuracy: > 0 and <= 1,
                    MacroAccuracy: > 0 and <= 1,
                    LogLoss: > 0,
                    Deviation: >= 0,
                }));
    }

    [TestMethod]
    public void FewLabelsTrainOnSoManyImagesOfEach()
    {
        var (model, data) = Model(48);
        var images = FeatureSets.Extract(_mlContext, model, data, "Image", "Label");
        var evaluator = new ByolEvaluator(1);
        // With one image of each label all neighbours are those three, whatever k is.
        var one = evaluator.EvaluateFewLabels("pictures", images, null, 1, 4, [ByolClassifier.Knn]);
        var ofTest = evaluator.EvaluateFewLabels("pictures", images, images, 5, 4, [ByolClassifier.Lbfgs]);
        var all = evaluator.EvaluateFewLabels("pictures", images, images, 16, 2, [ByolClassifier.Knn]);
        Assert.IsGreaterThan(0, one.Single(row => row.Features == FeatureSets.Trained).Deviation);
        // The training images alone are a third of those that are tested.
        Assert.IsTrue(ofTest.All(row => row.MicroAccuracy > 5 / 16.0));
        // All of them, each time: what a draw decides is nothing.
        Assert.IsTrue(all.All(row => row.Deviation < 1e-6));
        var message = Assert.ThrowsExactly<ArgumentException>(
            () => evaluator.EvaluateFewLabels("pictures", images, null, 16, 1, [ByolClassifier.Knn])).Message;
        Assert.Contains("has 16 images; 16 to train on and one to test on need 17", message);
    }

    [TestMethod]
    public void WalkthroughsHeadLearnsFromAugmentedPicturesTheSameEveryTime()
    {
        using var folder = new TemporaryFolder();
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.ColourFiles(folder["colours"], 480));
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(data);
        var images = FeatureSets.Extract(_mlContext, model, data, "Image", "Label");
        var rows = new ByolEvaluator(1).EvaluateSplits("colours", images, 1, [ByolClassifier.Walkthrough]);
        // Its learning rate is small: in 110 steps only the pixels' large values are learnt wholly.
        Assert.IsGreaterThan(0.9, rows.Single(row => row.Features == FeatureSets.Pixels).MicroAccuracy);
        Assert.IsGreaterThan(
            0.45, rows.Single(row => row.Features == FeatureSets.Trained).MicroAccuracy, "Chance is a third.");
        var repeated = new ByolEvaluator(1).EvaluateSplits("colours", images, 1, [ByolClassifier.Walkthrough]);
        foreach (var (row, again) in rows.Zip(repeated))
        {
            Assert.AreEqual(row.MicroAccuracy, again.MicroAccuracy);
            Assert.AreEqual(row.LogLoss, again.LogLoss, 1e-6);
        }
    }

    [TestMethod]
    public void UntrainedFeaturesAreThoseOfTheStartingWeights()
    {
        var (model, data) = Model(32);
        var images = FeatureSets.Extract(_mlContext, model, data, "Image", "Label");
        var untrained = TestPictures.Embeddings(model.Untrained().Fit(data).Transform(data));
        Assert.AreEqual(0, TestPictures.LargestDifference(untrained, [.. images[FeatureSets.Untrained]]));
        Assert.AreEqual(
            0,
            TestPictures.LargestDifference(
                TestPictures.Embeddings(model.Transform(data)), [.. images[FeatureSets.Trained]]));
        Assert.IsGreaterThan(1e-3, TestPictures.LargestDifference(untrained, [.. images[FeatureSets.Trained]]));
        Assert.HasCount(3 * TestPictures.Side * TestPictures.Side, images[FeatureSets.Pixels][0]);
    }

    [TestMethod]
    [DataRow(64)]
    [DataRow(50)]
    public void AveragedPixelsAreMeansOverEqualAreas(int side)
    {
        // A ramp from left to right: a cell's mean is the ramp's value at its middle.
        float[] ramp = [.. Enumerable.Range(0, 3 * side * side).Select(i => (i % side + 0.5f) / side)];
        var averaged = PixelFeatures.Of(ramp, side);
        Assert.HasCount(3 * 32 * 32, averaged);
        for (var i = 0; i < averaged.Length; i++)
        {
            Assert.AreEqual((i % 32 + 0.5) / 32, averaged[i], 1e-2);
        }
        Assert.AreEqual(ramp.Average(), averaged.Average(), 1e-4);
    }

    [TestMethod]
    public void FewPixelsStayAsTheyAre()
    {
        float[] picture = [.. Enumerable.Range(0, 3 * 32 * 32).Select(i => i / 4096f)];
        CollectionAssert.AreEqual(picture, PixelFeatures.Of(picture, 32));
    }

    [TestMethod]
    public void NumberOfThreadsChangesNoProbability()
    {
        var (model, data) = Model(96);
        var images = FeatureSets.Extract(_mlContext, model, data, "Image", "Label");
        EvaluationPart[] parts = [
            new(images.Select([.. Enumerable.Range(0, 60)]), images.Select([.. Enumerable.Range(60, 36)]))];
        var one = Probabilities(1);
        var four = Probabilities(4);
        Assert.HasCount(12, one);
        foreach (var (job, rows) in one)
        {
            Assert.IsTrue(rows.Zip(four[job]).All(pair => pair.First.SequenceEqual(pair.Second)), $"{job}");
        }

        IReadOnlyDictionary<EvaluationJob, IReadOnlyList<double[]>> Probabilities(int degree) =>
            new EvaluationRun(new ClassifierSettings(Seed: 1), parts, degree).Probabilities(
                ByolEvaluator.DefaultClassifiers, images.Sets);
    }

    [TestMethod]
    public void ProgressTellsWhatBeginsAndEnds()
    {
        var (model, data) = Model(48);
        var images = FeatureSets.Extract(_mlContext, model, data, "Image", "Label");
        var reports = new Collected();
        new ByolEvaluator(1).EvaluateSplits(
            "pictures", images, 2, [ByolClassifier.Knn, ByolClassifier.LightGbm], reports);
        var ends = reports.All.Where(report => report.IsEnd).ToArray();
        CollectionAssert.AreEqual(Enumerable.Range(1, 12).ToArray(), ends.Select(report => report.Done).ToArray());
        Assert.HasCount(12, ends.Select(report => (report.Classifier, report.Features, report.Split)).Distinct());
        Assert.IsTrue(reports.All.All(report => report is { Total: 12, Splits: 2, Split: 1 or 2 }));
        foreach (var end in ends)
        {
            var begin = reports.All.FindIndex(
                report => !report.IsEnd
                    && report.Classifier == end.Classifier
                    && report.Features == end.Features
                    && report.Split == end.Split);
            Assert.IsInRange(0, reports.All.IndexOf(end) - 1, begin);
        }
    }

    [TestMethod]
    public void EvaluationCanBeStopped()
    {
        var (model, data) = Model(48);
        var images = FeatureSets.Extract(_mlContext, model, data, "Image", "Label");
        using var source = new CancellationTokenSource();
        var reports = new Collected { Then = source.Cancel };
        Assert.ThrowsExactly<OperationCanceledException>(
            () => new ByolEvaluator(1).EvaluateSplits(
                "pictures", images, 20, [ByolClassifier.Knn], reports, source.Token));
        Assert.IsLessThan(60, reports.All.Count(report => report.IsEnd));
    }

    [TestMethod]
    public void ScoresAreMicroAccuracyMacroAccuracyAndLogLoss()
    {
        // Two of three right in class 0, none of one in class 1.
        double[][] probabilities = [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.6, 0.4]];
        var scores = ClassScores.Of(probabilities, [0, 0, 0, 1]);
        Assert.AreEqual(0.5, scores.MicroAccuracy, 1e-12);
        Assert.AreEqual((2.0 / 3 + 0) / 2, scores.MacroAccuracy, 1e-12);
        Assert.AreEqual(-(Math.Log(0.9) + Math.Log(0.8) + Math.Log(0.3) + Math.Log(0.4)) / 4, scores.LogLoss, 1e-12);
    }

    [TestMethod]
    public void NeighboursVoteByTheirCosine()
    {
        var bank = new LabelledVectors([[2, 0], [0, 1], [-1, 0]], [0, 1, 1], ClassCount: 2);
        var votes = new WeightedKnn(neighbours: 3, temperature: 0.5).Probabilities(bank, Query(1, 1))[0];
        var weights = new[] { Math.Sqrt(0.5), Math.Sqrt(0.5), -Math.Sqrt(0.5) }.Select(cosine => Math.Exp(cosine / 0.5))
            .ToArray();
        Assert.AreEqual(weights[0] / weights.Sum(), votes[0], 1e-6);
        Assert.AreEqual(1, votes.Sum(), 1e-9);

        Assert.AreEqual(1, new WeightedKnn(neighbours: 1).Probabilities(bank, Query(1, 0.1f))[0][0]);

        LabelledVectors Query(float x, float y) => new([[x, y]], [0], ClassCount: 2);
    }

    [TestMethod]
    public void SplitsAreStratifiedAndSeeded()
    {
        int[] classes = [.. Enumerable.Range(0, 100).Select(i => i % 10)];
        var (train, test) = StratifiedSplit.Draw(classes, 0.7, RandomStream.For(RandomPurpose.DataSplit, 1));
        Assert.IsTrue(train.GroupBy(row => classes[row]).All(group => group.Count() == 7));
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 100).ToArray(), train.Concat(test).ToArray());
        var again = StratifiedSplit.Draw(classes, 0.7, RandomStream.For(RandomPurpose.DataSplit, 1)).Train;
        CollectionAssert.AreEqual(train.ToArray(), again.ToArray());
        CollectionAssert.AreNotEqual(
            train.ToArray(),
            StratifiedSplit.Draw(classes, 0.7, RandomStream.For(RandomPurpose.DataSplit, 2)).Train.ToArray());
    }

    [TestMethod]
    public void LabelsThatCannotBeEvaluatedAreNamed()
    {
        var (model, data) = Model(32);
        var images = FeatureSets.Extract(_mlContext, model, data, "Image", "Label");
        var discs = images.Select([0, 3, 6]);
        var evaluator = new ByolEvaluator(1);
        Assert.Contains(
            "single label 'disc'",
            Assert.ThrowsExactly<ArgumentException>(
                () => evaluator.Evaluate("x", discs, discs, [ByolClassifier.Knn])).Message);
        Assert.Contains(
            "'stripes'",
            Assert.ThrowsExactly<ArgumentException>(
                () => evaluator.Evaluate("x", images.Select([0, 1]), images, [ByolClassifier.Knn])).Message);
        Assert.Contains(
            "single image",
            Assert.ThrowsExactly<ArgumentException>(
                () => evaluator.EvaluateSplits("x", images.Select([0, 1, 3]), 2, [ByolClassifier.Knn])).Message);
        Assert.Contains(
            "'Kind'",
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(
                () => FeatureSets.Extract(_mlContext, model, data, "Image", "Kind")).Message);
    }

    private (ByolEmbeddingTransformer Model, IDataView Data) Model(int images)
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(images));
        return (_mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(data), data);
    }

    private sealed class Collected : IProgress<ByolEvaluationProgress>
    {
        public List<ByolEvaluationProgress> All { get; } = [];

        public Action? Then { get; init; }

        public void Report(ByolEvaluationProgress value)
        {
            All.Add(value);
            Then?.Invoke();
        }
    }
}
