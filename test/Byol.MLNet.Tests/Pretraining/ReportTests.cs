using System.Text.Json;
using Byol.MLNet.Pretraining;
using Microsoft.ML;

namespace Byol.MLNet.Tests.Pretraining;

/// <summary>Reports of a running fit.</summary>
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
        CollectionAssert.AreEqual(
            new[] { false, true, false, true }, reports.Values.Select(report => report.IsEpochEnd).ToArray());
        CollectionAssert.AreEqual(reports.Values.Where(report => report.IsEpochEnd).ToArray(), model.History.ToArray());
        foreach (var report in reports.Values)
        {
            Assert.AreEqual(2 * StepsPerEpoch, report.TotalSteps);
            Assert.HasCount(options.Recipe!.Heads.ProjectorOutputSize, report.Eigenvalues);
            Assert.IsTrue(
                report.EffectiveRank > 1 && report.EffectiveRank <= options.Recipe!.Heads.ProjectorOutputSize,
                $"{report.EffectiveRank}");
            Assert.IsLessThanOrEqualTo(1, report.ExplainedVariance);
        }

        var lines = File.ReadAllLines(folder["progress.jsonl"])
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToArray();
        CollectionAssert.AreEqual(
            reports.Values.Select(report => report.Loss).ToArray(),
            lines.Select(line => line.GetProperty("loss").GetDouble()).ToArray());
        var events = Directory.GetFiles(folder["board"]);
        Assert.HasCount(1, events);
        Assert.IsGreaterThan(1000, new FileInfo(events[0]).Length);
    }

    [TestMethod]
    public void BadRunOptionsAreNamed()
    {
        var message = Assert.ThrowsExactly<ArgumentException>(
            () => new ByolOptions
            {
                MaxTrainingTime = TimeSpan.Zero,
                Resume = true,
                CheckpointEvery = 0,
            }.Validate()).Message;
        string[] errors =
        [
            "MaxTrainingTime is 00:00:00", "Resume is true, but CheckpointDirectory is empty",
            "CheckpointEvery is 0; it must be at least 1",
        ];
        foreach (var name in errors)
        {
            Assert.Contains(name, message);
        }
    }

    [TestMethod]
    public void ProbeScoresEachEpochAndLeavesTheEncoderAsItWas()
    {
        using var folder = new TemporaryFolder();
        var options = TestPictures.TinyRecipe();
        options.Epochs = 2;
        Fit(options).SaveOnnx(folder["without.onnx"]);
        var labelled = TestPictures.Rows(60, seed: 3);
        options.Probe = new ByolProbe(new MLContext(1).Data.LoadFromEnumerable(labelled));
        var model = Fit(options);
        model.SaveOnnx(folder["with.onnx"]);
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["without.onnx"]), File.ReadAllBytes(folder["with.onnx"]));
        foreach (var epoch in model.History)
        {
            Assert.IsTrue(epoch.ProbeKnnAccuracy is > 0.33 and <= 1, $"{epoch.ProbeKnnAccuracy}");
            Assert.IsTrue(epoch.ProbeLinearAccuracy is > 0.33 and <= 1, $"{epoch.ProbeLinearAccuracy}");
        }
    }

    [TestMethod]
    public void ProbeWithoutTwoLabelsIsRefused()
    {
        var options = TestPictures.TinyRecipe();
        options.Probe = new ByolProbe(
            new MLContext(1).Data.LoadFromEnumerable(TestPictures.Rows(9).Where(row => row.Number % 3 == 0)));
        Assert.Contains(
            "The probe has 3 readable images of 1 label",
            Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options)).Message);
    }

    [TestMethod]
    public void ViewsAreHalfAsWideForTheGivenPartOfTheRun()
    {
        // The schedule is a function of the step alone: 0.5 of 8 steps are at half size.
        var schedule = new TrainingSchedule(new ByolRecipe { Views = new() { HalfSizeFraction = 0.5 } }, totalSteps: 8);
        CollectionAssert.AreEqual(
            new[] { 16, 16, 16, 16, 32, 32, 32, 32 },
            Enumerable.Range(0, 8).Select(step => schedule.ViewSide(step)).ToArray());
        Assert.Contains(
            "ImageSize is 33; it must be even",
            Assert.ThrowsExactly<ArgumentException>(
                () => new ByolRecipe { Encoder = new() { ImageSize = 33 } }.Validate()).Message);
    }

    private static ByolEmbeddingTransformer Fit(ByolOptions options)
    {
        var mlContext = new MLContext(1);
        return mlContext.Transforms.ByolEmbedding("Features", "Image", options)
            .Fit(mlContext.Data.LoadFromEnumerable(TestPictures.Rows(StepsPerEpoch * options.Recipe!.BatchSize)));
    }

    private sealed class Collected : IProgress<ByolProgress>
    {
        public List<ByolProgress> Values { get; } = [];

        public void Report(ByolProgress value) => Values.Add(value);
    }
}
