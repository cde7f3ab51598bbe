namespace Byol.MLNet.Tests.Progress;

[TestClass]
public class VerdictTests
{
    [TestMethod]
    [DataRow(ByolTrainingState.Learning, 0.40, 0.40, 0.80, 0.10, 0.90)]
    [DataRow(ByolTrainingState.NotConverged, 0.50, 0.40, 0.80, 0.10, 0.90)]
    [DataRow(ByolTrainingState.TooShort, 0.90, 0.90, 0.55, 0.50, 0.90)]
    [DataRow(ByolTrainingState.Collapsing, 0.40, 0.40, 0.95, 0.10, 0.20)]
    [DataRow(ByolTrainingState.Collapsed, 0.10, 0.05, 0.99, 0.99, 0.05)]
    public void FiguresDecide(
        ByolTrainingState expected, double lossBefore, double lossAfter, double same, double different, double spread)
    {
        var verdict = ByolVerdict.Of(
            [
                TestReports.Report(75, lossBefore, same, different, spread),
                TestReports.Report(100, lossAfter, same, different, spread),
            ]);
        Assert.AreEqual(expected, verdict.State, verdict.Explanation);
        Assert.Contains("effective rank 40 of 2", verdict.ToString());
    }

    [TestMethod]
    public void ImagesThatBecomeAlikeMeanCollapsing()
    {
        var verdict = ByolVerdict.Of(
            [TestReports.Report(50, 0.5, 0.8, 0.1, 0.9), TestReports.Report(100, 0.3, 0.9, 0.85, 0.5)]);
        Assert.AreEqual(ByolTrainingState.Collapsing, verdict.State);
    }

    [TestMethod]
    public void AStoppedRunIsNotConverged()
    {
        var verdict = ByolVerdict.Of([TestReports.Report(100, 0.4, 0.8, 0.1, 0.9) with { TotalSteps = 400 }]);
        Assert.AreEqual(ByolTrainingState.NotConverged, verdict.State);
        Assert.Contains("100 of 400 steps", verdict.Explanation);
    }

    [TestMethod]
    public void AFewStepsAreTooShortWhateverASmallProbeSays()
    {
        ByolProgress[] steps = [.. Run(3, Scores(0.11, 0.146, 0.083), Scores(0.07, 0.188, 0.146))
            .Select(
                report => report with
                {
                    Step = report.Epoch,
                    TotalSteps = 3,
                    Loss = 2.0 / report.Epoch,
                    PositiveSimilarity = 0.6,
                    NegativeSimilarity = 0.6,
                })];
        var verdict = ByolVerdict.Of(steps);
        Assert.AreEqual(ByolTrainingState.TooShort, verdict.State, verdict.Explanation);
        Assert.Contains("would be long enough", verdict.Explanation);
    }

    [TestMethod]
    public void AProbeThatStayedFlatIsNoGainHoweverTheLossFell()
    {
        var verdict = ByolVerdict.Of(Run(12, untrained: Scores(0.2, 0.320, 0.359), trained: Scores(0.9, 0.300, 0.359)));
        Assert.AreEqual(ByolTrainingState.NoGain, verdict.State, verdict.Explanation);
        Assert.StartsWith("No better than before training. ", verdict.ToString());
        Assert.Contains(
            "before training → now: nearest neighbours 32.0 → 30.0 %, linear 35.9 → 35.9 %", verdict.Explanation);
        Assert.Contains("Neighbour agreement, before training → now: 20 → 90 %", verdict.Explanation);
    }

    [TestMethod]
    [DataRow(ByolTrainingState.NoGain, 0.320, 0.359, 0.340, 0.379)] // Two points: chance.
    [DataRow(ByolTrainingState.NoGain, 0.308, 0.400, 0.306, 0.363)] // The linear accuracy fell.
    [DataRow(ByolTrainingState.Learning, 0.268, 0.357, 0.374, 0.420)]
    public void TheProbeDecidesWhereThereIsOne(
        ByolTrainingState expected, double knn, double linear, double knnAfter, double linearAfter)
    {
        var verdict = ByolVerdict.Of(Run(40, Scores(0.2, knn, linear), Scores(0.9, knnAfter, linearAfter)));
        Assert.AreEqual(expected, verdict.State, verdict.Explanation);
    }

    [TestMethod]
    [DataRow(0.340, 0.379, "the encoder scores 2 points higher on average than before the first step, which is within "
        + "what chance gives.")]
    [DataRow(0.300, 0.379, "the encoder scores no higher on average than before the first step.")]
    public void AGainWithinChanceIsNamedAsOne(double knnAfter, double linearAfter, string expected)
    {
        var verdict = ByolVerdict.Of(Run(40, Scores(0.2, 0.320, 0.359), Scores(0.9, knnAfter, linearAfter)));
        Assert.Contains(expected, verdict.Explanation);
    }

    [TestMethod]
    public void ARiseOfAgreementWithinChanceIsNamedAsOne() => Assert.Contains(
        "the encoder scores 1 point higher than before the first step, which is within what chance gives.",
        ByolVerdict.Of(Run(40, Scores(0.2), Scores(0.21))).Explanation);

    [TestMethod]
    [DataRow(64, false)]
    [DataRow(400, false)]
    [DataRow(2_000, true)]
    public void FewImagesAreAdvisedToBeMoreAndNotToBeSeenThousandsOfTimes(int images, bool isTimeAdvised)
    {
        ByolProgress[] run = [.. Run(2, Scores(0.2), Scores(0.2)).Select(report => report with { Images = images })];
        var text = ByolVerdict.Of(run).Explanation;
        Assert.AreEqual(isTimeAdvised, text.Contains("would be long enough", StringComparison.Ordinal), text);
        Assert.AreEqual(
            !isTimeAdvised,
            text.Contains($"{images} images are soon learnt by heart: more of them", StringComparison.Ordinal),
            text);
    }

    [TestMethod]
    [DataRow(ByolTrainingState.NoGain, 0.20, 0.21)]
    [DataRow(ByolTrainingState.NoGain, 0.20, 0.10)]
    [DataRow(ByolTrainingState.Learning, 0.20, 0.70)]
    [DataRow(ByolTrainingState.Learning, 0.97, 0.99)] // All that was left to gain.
    public void NeighbourAgreementDecidesWhereThereIsNoProbe(ByolTrainingState expected, double before, double after)
    {
        var verdict = ByolVerdict.Of(Run(40, Scores(before), Scores(after)));
        Assert.AreEqual(expected, verdict.State, verdict.Explanation);
    }

    [TestMethod]
    [DataRow(false, ByolTrainingState.TooShort)]
    [DataRow(true, ByolTrainingState.TooShort)]
    public void HalfAPassIsTooShortAndTheTimeThatWouldDoIsNamed(bool isScored, ByolTrainingState expected)
    {
        var report = TestReports.Report(100, 0.5, 0.8, 0.1, 0.9) with
        {
            Images = 50_000,
            Passes = 0.5,
            ImagesPerSecond = 1000,
            BeforeTraining = isScored ? Scores(0.2) : null,
            NeighbourAgreement = isScored ? 0.21 : null,
        };
        var verdict = ByolVerdict.Of([report]);
        Assert.AreEqual(expected, verdict.State, verdict.Explanation);
        // 20 passes over 50,000 images at 1,000 a second.
        Assert.Contains(
            "The run had 0.5 passes over the images. About 17 minutes at this machine's speed, 20 passes, would be "
            + "long enough.",
            verdict.Explanation);
    }

    [TestMethod]
    public void HalfAPassThatMadeTheEncoderBetterIsNotConverged()
    {
        var report = TestReports.Report(100, 0.5, 0.8, 0.1, 0.9) with
        {
            Images = 5_000_000,
            Passes = 0.5,
            BeforeTraining = Scores(0.2),
            NeighbourAgreement = 0.6,
        };
        Assert.AreEqual(ByolTrainingState.NotConverged, ByolVerdict.Of([report]).State);
    }

    [TestMethod]
    public void ManyPassesWithoutGainAreNotToldToBeMore()
    {
        var verdict = ByolVerdict.Of(Run(1000, Scores(0.2), Scores(0.2)));
        Assert.AreEqual(ByolTrainingState.NoGain, verdict.State);
        Assert.Contains("try other views", verdict.Explanation);
        Assert.DoesNotContain("long enough", verdict.Explanation);
    }

    [TestMethod]
    public void ALossThatOnlyTheScheduleLevelledHasNotLevelled()
    {
        // Falling for as long as the learning rate is high, flat as it goes to zero.
        ByolProgress[] Falling(double fall) => [.. Run(40, Scores(0.2), Scores(0.8)).Select(report =>
            report with
            {
                Loss = 0.9 - fall * Math.Min(report.Step, 2000),
                LearningRate = report.Step < 2000 ? 0.1 : 0.0001,
            })];
        var verdict = ByolVerdict.Of(Falling(2e-4));
        Assert.AreEqual(ByolTrainingState.NotConverged, verdict.State, verdict.Explanation);
        Assert.Contains("While the learning rate was high, the loss still fell by", verdict.Explanation);
        Assert.AreEqual(ByolTrainingState.Learning, ByolVerdict.Of(Falling(1e-6)).State);
    }

    [TestMethod]
    public void TheLeapOfTheLossAtFullSizeIsNoSignOfAnything()
    {
        // Level at both sizes, and higher at full size.
        ByolProgress[] run = [
            .. Run(40, Scores(0.2), Scores(0.8)).Select(
                report => report with
                {
                    ViewSize = report.Epoch <= 30 ? 16 : 32,
                    Loss = report.Epoch <= 30 ? 0.3 : 0.6,
                })];
        Assert.AreEqual(ByolTrainingState.Learning, ByolVerdict.Of(run).State);
        // Falling at the first size, which the leap would hide.
        run = [
            .. run.Select(
                report => report with
                {
                    Loss = report.Epoch <= 30 ? 0.9 - 0.01 * report.Epoch : 0.9,
                    LearningRate = report.Epoch <= 25 ? 0.1 : 0.01,
                })];
        Assert.AreEqual(ByolTrainingState.NotConverged, ByolVerdict.Of(run).State);
    }

    [TestMethod]
    public void AFailureSpeaksForItself()
    {
        var verdict = ByolVerdict.Of(
            [], new ByolCollapseException(30, 1e-6, 0.01, "The encoder collapsed: at step 30."));
        Assert.AreEqual(
            (ByolTrainingState.Collapsed, "The encoder collapsed: at step 30."), (verdict.State, verdict.Explanation));
        Assert.ThrowsExactly<ArgumentException>(() => ByolVerdict.Of([]));
    }

    /// <summary>A run of level loss, 100 steps and 10,000 images an epoch, scored before it and at its end.</summary>
    private static ByolProgress[] Run(int epochs, ByolEncoderScores untrained, ByolEncoderScores trained) =>
    [
        .. Enumerable.Range(1, epochs).Select(epoch => TestReports.Report(100 * epoch, 0.4, 0.8, 0.1, 0.9) with
        {
            Epoch = epoch,
            Epochs = epochs,
            TotalSteps = 100 * epochs,
            Images = 10_000,
            Passes = epoch,
            BeforeTraining = untrained,
            NeighbourAgreement = trained.NeighbourAgreement,
            ProbeKnnAccuracy = trained.ProbeKnnAccuracy,
            ProbeLinearAccuracy = trained.ProbeLinearAccuracy,
        }),
    ];

    private static ByolEncoderScores Scores(double agreement, double? knn = null, double? linear = null) =>
        new() { NeighbourAgreement = agreement, ProbeKnnAccuracy = knn, ProbeLinearAccuracy = linear };
}
