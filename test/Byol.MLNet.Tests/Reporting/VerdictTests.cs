namespace Byol.MLNet.Tests.Reporting;

[TestClass]
public class VerdictTests
{
    [TestMethod]
    [DataRow(ByolTrainingState.Learning, 0.40, 0.40, 0.80, 0.10, 0.90)]
    [DataRow(ByolTrainingState.NotConverged, 0.50, 0.40, 0.80, 0.10, 0.90)]
    [DataRow(ByolTrainingState.NotConverged, 0.90, 0.90, 0.55, 0.50, 0.90)]
    [DataRow(ByolTrainingState.Collapsing, 0.40, 0.40, 0.95, 0.10, 0.20)]
    [DataRow(ByolTrainingState.Collapsed, 0.10, 0.05, 0.99, 0.99, 0.05)]
    public void FiguresDecide(ByolTrainingState expected, double lossBefore, double lossAfter, double same, double different, double spread)
    {
        var verdict = ByolVerdict.Of([Report(75, lossBefore, same, different, spread), Report(100, lossAfter, same, different, spread)]);
        Assert.AreEqual(expected, verdict.State, verdict.Explanation);
        Assert.Contains("effective rank 40 of 2", verdict.ToString());
    }

    [TestMethod]
    public void ImagesThatWereToldApartAndNoLongerAreMeanCollapsing()
    {
        var verdict = ByolVerdict.Of([Report(50, 0.5, 0.8, 0.1, 0.9), Report(100, 0.3, 0.9, 0.85, 0.5)]);
        Assert.AreEqual(ByolTrainingState.Collapsing, verdict.State);
    }

    [TestMethod]
    public void AStoppedRunIsNotConverged()
    {
        var verdict = ByolVerdict.Of([Report(100, 0.4, 0.8, 0.1, 0.9) with { TotalSteps = 400 }]);
        Assert.AreEqual(ByolTrainingState.NotConverged, verdict.State);
        Assert.Contains("100 of 400 steps", verdict.Explanation);
    }

    [TestMethod]
    public void AFailureSpeaksForItself()
    {
        var verdict = ByolVerdict.Of([], new ByolCollapseException(30, 1e-6, 0.01, "The encoder collapsed: at step 30."));
        Assert.AreEqual((ByolTrainingState.Collapsed, "The encoder collapsed: at step 30."), (verdict.State, verdict.Explanation));
        Assert.ThrowsExactly<ArgumentException>(() => ByolVerdict.Of([]));
    }

    internal static ByolProgress Report(long step, double loss, double same, double different, double spread) => new()
    {
        Epoch = 1,
        Epochs = 1,
        IsEpochEnd = true,
        Step = step,
        TotalSteps = 100,
        Loss = loss,
        FeatureVariance = 0.2,
        NormalizedSpread = spread,
        PositiveSimilarity = same,
        NegativeSimilarity = different,
        ExplainedVariance = 0.5,
        EffectiveRank = 40,
        Eigenvalues = [2, 1],
        Tau = 0.99,
        LearningRate = 0.1,
        GradientNorm = 1,
        ImagesPerSecond = 100,
        Precision = ByolPrecision.Float32,
        Phases = new ByolPhases(0, 0, 0, 0, 0, 0),
    };
}
