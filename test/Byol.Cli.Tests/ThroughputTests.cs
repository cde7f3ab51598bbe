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
        Assert.Contains("1 threads", text);
        var figures = SampleProgram.Json(folder["figures.json"]);
        string[] names =
        [
            "trainImagesPerSecond", "matmulGflops", "achievedGflops", "embedImagesPerSecond", "stockRowsPerSecond",
            "bulkRowsPerSecond", "peakMemoryBytes",
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
            37.0e6 * 16 * figures.GetProperty("trainImagesPerSecond").GetDouble() / 1e9,
            figures.GetProperty("achievedGflops").GetDouble(),
            1e-6);
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
