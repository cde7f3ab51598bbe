using Byol.MLNet.Augmentation;
using Byol.MLNet.Evaluation;
using Microsoft.ML;

namespace Byol.MLNet.Tests.Evaluation;

[TestClass]
public class EvaluatorTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void EveryClassifierHasThreeRowsSideBySide()
    {
        var (model, data) = Model(48);
        var images = FeatureSets.Extract(_mlContext, model, data, "Image", "Label");
        var rows = new ByolEvaluator(1).EvaluateSplits("pictures", images, 2, [ByolClassifier.Knn, ByolClassifier.Lbfgs]);
        CollectionAssert.AreEqual(
            new[] { "Knn pixels", "Knn untrained", "Knn trained", "Lbfgs pixels", "Lbfgs untrained", "Lbfgs trained" },
            rows.Select(row => $"{row.Classifier} {row.Features}").ToArray());
        Assert.IsTrue(rows.All(row => row is { Data: "pictures", Micro: > 0 and <= 1, Macro: > 0 and <= 1, LogLoss: > 0, Sd: >= 0 }));
    }

    [TestMethod]
    public void WalkthroughsHeadLearnsFromMovedPicturesTheSameEveryTime()
    {
        using var folder = new TemporaryFolder();
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.ColourFiles(folder["colours"], 480));
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(data);
        var images = FeatureSets.Extract(_mlContext, model, data, "Image", "Label");
        var rows = new ByolEvaluator(1).EvaluateSplits("colours", images, 1, [ByolClassifier.Walkthrough]);
        // Its learning rate is small: in 110 steps only the pixels' large values are learnt wholly.
        Assert.IsGreaterThan(0.9, rows.Single(row => row.Features == FeatureSets.Pixels).Micro);
        Assert.IsGreaterThan(0.45, rows.Single(row => row.Features == FeatureSets.Trained).Micro, "Chance is a third.");
        foreach (var (row, again) in rows.Zip(new ByolEvaluator(1).EvaluateSplits("colours", images, 1, [ByolClassifier.Walkthrough])))
        {
            Assert.AreEqual(row.Micro, again.Micro);
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
        Assert.AreEqual(0, TestPictures.LargestDifference(TestPictures.Embeddings(model.Transform(data)), [.. images[FeatureSets.Trained]]));
        Assert.IsGreaterThan(1e-3, TestPictures.LargestDifference(untrained, [.. images[FeatureSets.Trained]]));
        Assert.HasCount(3 * TestPictures.Side * TestPictures.Side, images[FeatureSets.Pixels][0]);
    }

    [TestMethod]
    public void ScoresAreShareRightMeanPerClassAndLogLoss()
    {
        // Two of three right in class 0, none of one in class 1.
        double[][] probabilities = [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.6, 0.4]];
        var scores = ClassScores.Of(probabilities, [0, 0, 0, 1]);
        Assert.AreEqual(0.5, scores.Micro, 1e-12);
        Assert.AreEqual((2.0 / 3 + 0) / 2, scores.Macro, 1e-12);
        Assert.AreEqual(-(Math.Log(0.9) + Math.Log(0.8) + Math.Log(0.3) + Math.Log(0.4)) / 4, scores.LogLoss, 1e-12);
    }

    [TestMethod]
    public void NeighboursVoteByTheirCosine()
    {
        float[][] bank = [[2, 0], [0, 1], [-1, 0]];
        var votes = WeightedKnn.Votes(bank, [0, 1, 1], [[1, 1]], classes: 2, neighbours: 3, temperature: 0.5)[0];
        var weights = new[] { Math.Sqrt(0.5), Math.Sqrt(0.5), -Math.Sqrt(0.5) }.Select(cosine => Math.Exp(cosine / 0.5)).ToArray();
        Assert.AreEqual(weights[0] / weights.Sum(), votes[0], 1e-6);
        Assert.AreEqual(1, votes.Sum(), 1e-9);

        var nearest = WeightedKnn.Votes(bank, [0, 1, 1], [[1, 0.1f]], classes: 2, neighbours: 1)[0];
        Assert.AreEqual(1, nearest[0]);
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
        CollectionAssert.AreNotEqual(train.ToArray(), StratifiedSplit.Draw(classes, 0.7, RandomStream.For(RandomPurpose.DataSplit, 2)).Train.ToArray());
    }

    [TestMethod]
    public void LabelsThatCannotBeEvaluatedAreNamed()
    {
        var (model, data) = Model(32);
        var images = FeatureSets.Extract(_mlContext, model, data, "Image", "Label");
        var discs = images.Select([0, 3, 6]);
        var evaluator = new ByolEvaluator(1);
        Assert.Contains("single label 'disc'", Assert.ThrowsExactly<ArgumentException>(() => evaluator.Evaluate("x", discs, discs, [ByolClassifier.Knn])).Message);
        Assert.Contains("'stripes'", Assert.ThrowsExactly<ArgumentException>(() => evaluator.Evaluate("x", images.Select([0, 1]), images, [ByolClassifier.Knn])).Message);
        Assert.Contains("single image", Assert.ThrowsExactly<ArgumentException>(() => evaluator.EvaluateSplits("x", images.Select([0, 1, 3]), 2, [ByolClassifier.Knn])).Message);
        Assert.Contains("'Kind'", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => FeatureSets.Extract(_mlContext, model, data, "Image", "Kind")).Message);
    }

    private (ByolEmbeddingTransformer Model, IDataView Data) Model(int images)
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(images));
        return (_mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(data), data);
    }
}
