using System.Text.RegularExpressions;
using Byol.Cli.Output;
using Byol.MLNet;
using Spectre.Console.Testing;

namespace Byol.Cli.Tests.Output;

/// <summary>What a terminal shows of a fit. It is one per process, so the tests take turns.</summary>
[TestClass]
[DoNotParallelize]
public class LiveProgressTests
{
    private const string Verdict =
        "Verdict: Learning, not converged. The run was stopped after 80 of 100 steps. Loss 0.900 → 0.400; "
        + "cosine of the same image 0.80, of different images 0.10; spread 0.90 (1 is healthy, 0 collapsed); "
        + "effective rank 40 of [128].";

    [TestMethod]
    [DataRow(60)]
    [DataRow(200)]
    public void VerdictStandsWholeBelowTheBar(int width)
    {
        using var console = new TestConsole().Width(width).Interactive();
        var result = LiveProgress.Run(console, new ByolOptions(), () =>
        {
            Messages.Info(
                "Pretraining on 4000 images (0 held out), 60 epochs of 31 steps, Float32 on cpu, "
                + "which is a line of more than sixty characters.");
            Messages.Info(Verdict);
            return 7;
        });
        Assert.AreEqual(7, result);
        var text = Words(console.Output);
        Assert.Contains("of more than sixty characters.", text);
        Assert.EndsWith(Verdict, text.TrimEnd());
        Assert.AreEqual(1, Regex.Count(text, "Verdict:"));
        Assert.IsTrue(console.Lines.All(line => line.Length <= width), "No line is cut or broken by the terminal.");
    }

    [TestMethod]
    public void LinesAreWrittenAsEverOnceTheFitIsOver()
    {
        using var console = new TestConsole().Width(60).Interactive();
        Assert.ThrowsExactly<InvalidOperationException>(
            () => LiveProgress.Run<int>(console, new ByolOptions(), () => throw new InvalidOperationException("over")));
        Assert.IsFalse(LiveProgress.TryShow("a line", isConclusion: false));
    }

    [TestMethod]
    [DataRow(60)]
    [DataRow(200)]
    public void LineFitsAndSaysWhatMattersMost(int width)
    {
        var line = new ProgressLine(width - 18);
        Assert.AreEqual(
            "reading images 1024/50000", line.Of(new ByolActivity(ByolActivityKind.ReadingImages, 1024, 50_000)));
        Assert.AreEqual("reading images 1024", line.Of(new ByolActivity(ByolActivityKind.ReadingImages, 1024, null)));
        var early = line.Of(Report(120, 16));
        Assert.StartsWith("step 120/7812  12 min left  loss 0.512", early);
        Assert.IsLessThanOrEqualTo(width - 18, early.Length);
        Assert.AreEqual(width == 200, early.Contains("images/s", StringComparison.Ordinal));
        Assert.DoesNotContain("leaps", early);
        var late = line.Of(Report(6000, 32));
        Assert.AreEqual(width == 200, late.Contains("32 px, was 16: the loss leaps", StringComparison.Ordinal));
        Assert.IsLessThanOrEqualTo(width - 18, late.Length);
        Assert.AreEqual(
            "scoring 256/756  step 6000/7812", line.Of(new ByolActivity(ByolActivityKind.Scoring, 256, 756)));
    }

    [TestMethod]
    [DataRow(45, "45 s")]
    [DataRow(90, "2 min")]
    [DataRow(3900, "1 h 05 min")]
    public void TimesAreReadable(int seconds, string expected) =>
        Assert.AreEqual(expected, ProgressLine.Time(TimeSpan.FromSeconds(seconds)));

    private static string Words(string text) => Regex.Replace(text, @"\s+", " ");

    private static ByolProgress Report(long step, int viewSize) => new()
    {
        Epoch = 1,
        Epochs = 20,
        IsEpochEnd = false,
        Step = step,
        TotalSteps = 7812,
        ViewSize = viewSize,
        TimeLeft = TimeSpan.FromMinutes(12),
        Loss = 0.512,
        FeatureVariance = 0.2,
        NormalizedSpread = 0.9,
        PositiveSimilarity = 0.8,
        NegativeSimilarity = 0.1,
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
