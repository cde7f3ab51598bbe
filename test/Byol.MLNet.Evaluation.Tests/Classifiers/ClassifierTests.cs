using Byol.MLNet.Classifiers;
using Byol.MLNet.Evaluation.Classifiers;
using Byol.MLNet.Foundation;

namespace Byol.MLNet.Evaluation.Tests.Classifiers;

[TestClass]
public class ClassifierTests
{
    private const int Dimensions = 8;
    private const int Classes = 4;

    [TestMethod]
    [DataRow(ByolClassifier.Knn)]
    [DataRow(ByolClassifier.Lbfgs)]
    [DataRow(ByolClassifier.Sdca)]
    [DataRow(ByolClassifier.LightGbm)]
    public void ClustersArePredicted(ByolClassifier classifier)
    {
        var test = Clusters(200, seed: 2);
        var fitted = ClassifierList.Of(classifier).Create(new ClassifierSettings(Seed: 1) { L2Candidates = [1, 100] });
        var scores = ClassScores.Of(fitted.Probabilities(Clusters(400, seed: 1), test), test.Classes);
        Assert.IsGreaterThan(0.95, scores.MicroAccuracy, $"accuracy {scores.MicroAccuracy}");
        Assert.IsGreaterThan(0.95, scores.MacroAccuracy);
        Assert.IsLessThan(0.8, scores.LogLoss, "Chance is ln 4 = 1.39.");
    }

    [TestMethod]
    public void EveryClassifierOfTheEnumIsInTheList() => CollectionAssert.AreEqual(
        Enum.GetValues<ByolClassifier>(), ClassifierList.Evaluated.Select(classifier => classifier.Id).ToArray());

    [TestMethod]
    public void AllButTheWalkthroughsHeadRunByDefault() => CollectionAssert.AreEqual(
        Enum.GetValues<ByolClassifier>().Except([ByolClassifier.Walkthrough]).ToArray(),
        ByolEvaluator.DefaultClassifiers.ToArray());

    [TestMethod]
    public void AShortSearchSeesEveryKindOfTrainer()
    {
        var names = ClassifierList.Candidates(rows: 400, Classes).Select(candidate => candidate.Name).ToArray();
        var kinds = names.Distinct().Count();
        Assert.AreEqual(8, kinds);
        Assert.HasCount(kinds, names.Take(kinds).Distinct());
    }

    [TestMethod]
    public void PathOfL2WeightsDoesAsWellAsItsBestWeight()
    {
        // Few rows of much noise: weak regularisation fits the noise.
        var (train, test) = (Noisy(120, seed: 1), Noisy(1000, seed: 2));
        var single = LbfgsClassifier.DefaultL2Candidates.ToDictionary(l2 => l2, l2 => Accuracy([l2]));
        Assert.IsGreaterThan(
            single.Values.Min() + 0.02, single.Values.Max(), "The weights must differ for this to tell anything.");
        Assert.IsGreaterThan(single.Values.Max() - 0.03, Accuracy(LbfgsClassifier.DefaultL2Candidates));

        double Accuracy(IReadOnlyList<float> candidates) =>
            ClassScores.Of(
                new LbfgsClassifier(seed: 1, candidates).Probabilities(train, test), test.Classes).MicroAccuracy;
    }

    private static LabelledVectors Noisy(int count, int seed)
    {
        var clusters = Clusters(count, seed);
        var random = RandomStream.For(RandomPurpose.DataSplit, seed, 1);
        return clusters with
        {
            Features = [
                .. clusters.Features.Select(
                    row => row.Select(value => value / 2).Concat(new float[120]).Select(Add).ToArray())],
        };

        float Add(float value) => value + (float)random.NextGaussian();
    }

    /// <summary>Class centres along the axes, with noise; the order of classes is drawn.</summary>
    private static LabelledVectors Clusters(int count, int seed)
    {
        var random = RandomStream.For(RandomPurpose.DataSplit, seed);
        int[] classes = [.. Enumerable.Range(0, count).Select(_ => random.NextIndex(Classes))];
        return new LabelledVectors([.. classes.Select(Vector)], classes, Classes);

        float[] Vector(int cluster) =>
            [.. Enumerable.Range(0, Dimensions)
                .Select(i => (float)((i == cluster ? 3 : 0) + 0.5 * random.NextGaussian()))];
    }
}
