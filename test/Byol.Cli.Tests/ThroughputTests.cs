using Byol.Cli.Measuring;
using Byol.MLNet;

namespace Byol.Cli.Tests;

/// <summary>The command that measures.</summary>
[TestClass]
public class ThroughputTests
{
    [TestMethod]
    public void AllFiguresAreThere()
    {
        using var folder = new SampleFolder();
        var text = SampleProgram.Succeed(
            "throughput", "--images", folder.Draw("images", 260), "--steps", "5", "--threads", "1", "--json",
            folder["figures.json"]);
        Assert.Contains("walkthrough, 32 px, ", text);
        Assert.Contains("on 1 thread, 260 images", text);
        Assert.DoesNotContain("Verdict", text, "It measures; a training of five steps has nothing to judge.");
        var figures = SampleProgram.Json(folder["figures.json"]);
        string[] names =
        [
            "trainImagesPerSecond", "matmulGflops", "achievedGflops", "embedImagesPerSecond", "stockRowsPerSecond",
            "bulkRowsPerSecond", "int8RowsPerSecond", "peakMemoryBytes",
        ];
        foreach (var name in names)
        {
            Assert.IsGreaterThan(0, figures.GetProperty(name).GetDouble(), name);
        }
        var phases = figures.GetProperty("phases");
        Assert.IsGreaterThan(0, phases.GetProperty("augmentation").GetDouble());
        // What happens one after the other on the training thread fills its time.
        var shares = ((string[])["load", "online", "target", "optimizer", "diagnostics"]).Sum(
            name => phases.GetProperty(name).GetDouble());
        Assert.IsTrue(shares is > 0.9 and < 1.1, $"{phases}");
        var prediction = figures.GetProperty("predictMilliseconds");
        Assert.IsGreaterThanOrEqualTo(
            prediction.GetProperty("p50").GetDouble(), prediction.GetProperty("p99").GetDouble());
        Assert.AreEqual(
            2.0 * 8 * 37_011_456 * figures.GetProperty("trainImagesPerSecond").GetDouble() / 1e9,
            figures.GetProperty("achievedGflops").GetDouble(),
            1e-6);
    }

    [TestMethod]
    [DataRow("fast, 16 px, BFloat16 on 2 threads, 300 images", 2, 2)]
    [DataRow("fast, 16 px, BFloat16 on 2 threads (training on 2, then 1), 300 images", 2, 1)]
    [DataRow("fast, 16 px, BFloat16 on 2 threads (training on 1), 300 images", 1, 1)]
    public void TheHeadSaysOnHowManyThreadsItTrained(string expected, int first, int second) => Assert.AreEqual(
        expected,
        new ThroughputReport
        {
            Recipe = "fast",
            ImageSize = 16,
            Multiplications = 1,
            Precision = ByolPrecision.BFloat16,
            Threads = 2,
            TrainThreads = [first, second],
            Images = 300,
            TrainImagesPerSecond = 1,
            Phases = new ByolPhases(0, 0, 0, 0, 0, 0),
            MatmulGflops = 1,
            EmbedImagesPerSecond = 1,
            StockRowsPerSecond = 1,
            BulkRowsPerSecond = 1,
            Int8RowsPerSecond = 1,
            PredictMilliseconds = new Percentiles(1, 1),
            PeakMemoryBytes = 1,
        }.Title);

    [TestMethod]
    public void ARecipesEncoderIsMeasuredAtOneSizeInOnePrecision()
    {
        using var folder = new SampleFolder();
        var text = SampleProgram.Succeed(
            "throughput", "--images", folder.Draw("images", 260), "--recipe", "fast", "--image-size", "16",
            "--precision", "float32", "--steps", "5", "--json", folder["figures.json"]);
        Assert.Contains("fast, 16 px, Float32", text);
        var figures = SampleProgram.Json(folder["figures.json"]);
        Assert.AreEqual(16, figures.GetProperty("imageSize").GetInt32());
        // A quarter of the pixels, and a quarter of the 15.9 million multiplications at 32 px.
        Assert.AreEqual(3.98e6, figures.GetProperty("multiplications").GetDouble(), 0.01e6);
    }

    [TestMethod]
    public void BadNumbersAndTooFewImagesAreNamed()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 20);
        Assert.Contains("--steps is 0", SampleProgram.Fail(2, "throughput", "--images", images, "--steps", "0"));
        Assert.Contains("--threads is 0", SampleProgram.Fail(2, "throughput", "--images", images, "--threads", "0"));
        Assert.Contains("20 readable images", SampleProgram.Fail(1, "throughput", "--images", images, "--steps", "5"));
    }
}
