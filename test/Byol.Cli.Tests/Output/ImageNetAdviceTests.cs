using Byol.Cli.Output;
using Byol.MLNet.Evaluation;

namespace Byol.Cli.Tests.Output;

[TestClass]
public class ImageNetAdviceTests
{
    [TestMethod]
    public void RecipesAreNamedWhereTheFrozenNetworkIsAhead()
    {
        var advice = ImageNetAdvice.Of(
        [
            Row("pets", FeatureSets.Trained, ByolClassifier.Knn, 0.151),
            Row("pets", FeatureSets.Trained, ByolClassifier.Lbfgs, 0.174),
            Row("pets", FeatureSets.ImageNet, ByolClassifier.Knn, 0.804),
            Row("pets", FeatureSets.ImageNet, ByolClassifier.Lbfgs, 0.742),
            Row("scans", FeatureSets.Trained, ByolClassifier.Knn, 0.9),
            Row("scans", FeatureSets.ImageNet, ByolClassifier.Knn, 0.8),
        ]).ToArray();
        Assert.HasCount(1, advice);
        Assert.Contains("pets", advice[0]);
        Assert.Contains("80.4 % with knn", advice[0]);
        Assert.Contains("17.4 % with lbfgs", advice[0]);
        Assert.Contains("as it is where accuracy counts (--model imagenet; in the library", advice[0]);
        Assert.DoesNotContain("adapt", advice[0]);
        Assert.Contains("--recipe taught", advice[0]);
    }

    [TestMethod]
    public void NothingIsSaidWithoutTheNetwork() =>
        Assert.IsEmpty(ImageNetAdvice.Of([Row("pets", FeatureSets.Trained, ByolClassifier.Knn, 0.1)]));

    private static EvaluationRow Row(string data, string features, ByolClassifier classifier, double accuracy) =>
        new(data, features, classifier, accuracy, accuracy, 1, 0);
}
