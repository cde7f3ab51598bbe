using System.Text.Json;
using Microsoft.ML;

namespace Byol.MLNet.Tests.Training;

/// <summary>Reports of a running fit, and its length.</summary>
[TestClass]
public class ReportTests
{
    private const int StepsPerEpoch = 4;

    [TestMethod]
    public void WindowsAndEpochsGoToProgressFileAndTensorBoard()
    {
        using var folder = new TemporaryFolder();
        var reports = new Collected();
        var options = TestPictures.TinyRecipe();
        options.Epochs = 2;
        options.ProgressEvery = 2;
        options.Progress = reports;
        options.ProgressFile = folder["progress.jsonl"];
        options.TensorBoardDirectory = folder["board"];
        var model = Fit(options);

        CollectionAssert.AreEqual(new long[] { 2, 4, 6, 8 }, reports.Values.Select(report => report.Step).ToArray());
        CollectionAssert.AreEqual(new[] { false, true, false, true }, reports.Values.Select(report => report.IsEpochEnd).ToArray());
        CollectionAssert.AreEqual(reports.Values.Where(report => report.IsEpochEnd).ToArray(), model.History.ToArray());
        foreach (var report in reports.Values)
        {
            Assert.AreEqual(2 * StepsPerEpoch, report.TotalSteps);
            Assert.HasCount(options.ProjectorOutputSize, report.Eigenvalues);
            Assert.IsTrue(report.EffectiveRank > 1 && report.EffectiveRank <= options.ProjectorOutputSize, $"{report.EffectiveRank}");
            Assert.IsLessThanOrEqualTo(1, report.ExplainedVariance);
        }

        var lines = File.ReadAllLines(folder["progress.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        CollectionAssert.AreEqual(reports.Values.Select(report => report.Loss).ToArray(), lines.Select(line => line.GetProperty("loss").GetDouble()).ToArray());
        var events = Directory.GetFiles(folder["board"]);
        Assert.HasCount(1, events);
        Assert.IsGreaterThan(1000, new FileInfo(events[0]).Length);
    }

    [TestMethod]
    public void TimeBudgetDecidesTheStepsAndTheSchedulesEndThere()
    {
        var options = TestPictures.TinyRecipe();
        options.MaxTrainingTime = TimeSpan.FromSeconds(5);
        options.Epochs = 1;
        var last = Fit(options).History[^1];
        // Epochs does not count, and learning rate and τ reach their ends at the last step.
        Assert.IsGreaterThan(StepsPerEpoch, last.Step);
        Assert.AreEqual(last.TotalSteps, last.Step);
        Assert.AreEqual(options.LearningRate / options.EndDivisor, last.LearningRate, 1e-12);
        Assert.AreEqual(1, last.Tau, 1e-4);
    }

    [TestMethod]
    public void BadRunOptionsAreNamed()
    {
        var message = Assert.ThrowsExactly<ArgumentException>(() => new ByolOptions { MaxTrainingTime = TimeSpan.Zero, Resume = true, CheckpointEvery = 0 }.Validate()).Message;
        foreach (var name in (string[])["MaxTrainingTime is 00:00:00", "Resume is true, but CheckpointDirectory is empty", "CheckpointEvery is 0; it must be at least 1"])
        {
            Assert.Contains(name, message);
        }
    }

    private static ByolEmbeddingTransformer Fit(ByolOptions options)
    {
        var mlContext = new MLContext(1);
        return mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(mlContext.Data.LoadFromEnumerable(TestPictures.Rows(StepsPerEpoch * options.BatchSize)));
    }

    private sealed class Collected : IProgress<ByolProgress>
    {
        public List<ByolProgress> Values { get; } = [];

        public void Report(ByolProgress value) => Values.Add(value);
    }
}
