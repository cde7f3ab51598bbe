using System.Diagnostics;
using System.Text.RegularExpressions;
using Byol.Cli.Output;
using Byol.MLNet;
using Byol.MLNet.Evaluation;

namespace Byol.Cli.Tests;

/// <summary>The quick start, cut short.</summary>
[TestClass]
public class QuickstartTests
{
    [TestMethod]
    public void GoesTheWholeWayAndWritesAPage()
    {
        using var folder = new SampleFolder();
        var text = SampleProgram.Succeed(
            "quickstart", "--epochs", "2", "--page", folder["page.html"], "--json", folder["result.json"],
            "--save", folder["pipeline.zip"]);
        Assert.HasCount(
            5, Regex.Matches(text, @"^  \w+: predicted as \w+ \(\d+ %\)(, wrong)?$", RegexOptions.Multiline));
        Assert.DoesNotContain("Epoch 1", text);
        Assert.Contains("Training: 100 %, epoch 2 of 2", text);
        Assert.Contains(Path.GetFullPath(folder["page.html"]), text);
        var page = File.ReadAllText(folder["page.html"]);
        string[] parts =
            ["predicted as", "before training", "after training", "Map of embeddings", "class=\"verdict"];
        foreach (var part in parts)
        {
            Assert.Contains(part, page);
        }
        var result = SampleProgram.Json(folder["result.json"]);
        Assert.IsInRange(0.1, 1, result.GetProperty("heldOutAccuracy").GetDouble());
        Assert.HasCount(6, result.GetProperty("rows").EnumerateArray());
        Assert.IsTrue(File.Exists(folder["pipeline.zip"]));
    }

    [TestMethod]
    public void PageThatCannotBeWrittenIsKnownBeforeTraining()
    {
        using var folder = new SampleFolder();
        Assert.Contains("missing", SampleProgram.Fail(1, "--page", Path.Combine(folder["missing"], "page.html")));
        Assert.Contains("--epochs is 0; it must be 1 or more", SampleProgram.Fail(2, "quickstart", "--epochs", "0"));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void CtrlCEndsItWithoutAPage()
    {
        using var folder = new SampleFolder();
        using var program = SampleProgram.Start(
            "--epochs", "30", "--page", folder["page.html"], "--json", folder["result.json"]);
        var error = program.StandardError.ReadToEndAsync();
        while (program.StandardOutput.ReadLine() is { } line && !line.StartsWith("Training:", StringComparison.Ordinal))
        {
        }
        using var kill = Process.Start("kill", ["-INT", $"{program.Id}"]);
        program.StandardOutput.ReadToEnd();
        program.WaitForExit();
        Assert.AreEqual(130, program.ExitCode, error.Result);
        Assert.IsFalse(File.Exists(folder["page.html"]) || File.Exists(folder["result.json"]));
    }

    [TestMethod]
    [DataRow(3, 3)]
    [DataRow(60, 10)]
    public void TrainingHasALineAtEveryTenthAtMost(int steps, int lines)
    {
        var printed = new List<string>();
        var tenths = new TenthsOfTraining(printed.Add);
        for (var step = 1; step <= steps; step++)
        {
            tenths.Report(Progress(step, steps));
        }
        Assert.HasCount(lines, printed);
        Assert.StartsWith("Training: 100 %", printed[^1]);
    }

    [TestMethod]
    public void EvaluationHasALineForEachClassifierAndFeatureSet()
    {
        var printed = new List<string>();
        var lines = new EvaluationLines(printed.Add);
        var done = 0;
        foreach (var split in (int[])[1, 2])
        {
            foreach (var features in (string[])[FeatureSets.Pixels, FeatureSets.Untrained, FeatureSets.Trained])
            {
                lines.Report(new ByolEvaluationProgress(ByolClassifier.Knn, features, split, 2, IsEnd: false, done, 6));
                lines.Report(
                    new ByolEvaluationProgress(ByolClassifier.Knn, features, split, 2, IsEnd: true, ++done, 6));
            }
        }
        CollectionAssert.AreEqual(
            new[]
            {
                "Evaluated knn on pixels (1 of 3).",
                "Evaluated knn on untrained (2 of 3).",
                "Evaluated knn on trained (3 of 3).",
            }, printed);
    }

    private static ByolProgress Progress(int step, int steps) => new()
    {
        Epoch = 1,
        Epochs = 1,
        IsEpochEnd = step == steps,
        Step = step,
        TotalSteps = steps,
        Loss = 1,
        FeatureVariance = 1,
        NormalizedSpread = 1,
        PositiveSimilarity = 1,
        NegativeSimilarity = 0,
        ExplainedVariance = 0,
        EffectiveRank = 1,
        Eigenvalues = [],
        Tau = 0.9,
        LearningRate = 0.1,
        GradientNorm = 1,
        ImagesPerSecond = 100,
        Precision = ByolPrecision.Float32,
        Phases = new ByolPhases(0, 0, 0, 0, 0, 0),
    };
}
