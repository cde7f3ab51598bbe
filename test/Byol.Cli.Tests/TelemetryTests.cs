using System.Diagnostics;

namespace Byol.Cli.Tests;

/// <summary>Pictures are private: nothing about their use is kept for, or told to, the makers of a library.</summary>
[TestClass]
public class TelemetryTests
{
    [TestMethod]
    public void EmbeddingAndPredictingLeaveNothingInAnEmptyHome()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 40);
        var (model, pipeline) = (folder["model.onnx"], folder["model.zip"]);
        SampleProgram.Succeed(["pretrain", "--images", images, "--output", model, .. SampleFolder.TinyRecipe]);
        SampleProgram.Succeed(
            "evaluate", "--model", model, "--images", images, "--labels", "name", "--splits", "1",
            "--classifiers", "knn", "--save-pipeline", pipeline);
        Run(folder, "embed", "--model", model, "--images", images, "--output", folder["out.csv"]);
        Run(folder, "predict", "--pipeline", pipeline, "--images", images, "--output", folder["labels.csv"]);
    }

    private static void Run(SampleFolder folder, params string[] arguments)
    {
        var home = Directory.CreateDirectory(folder["home"]).FullName;
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "Byol.Cli.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] homes =
            ["HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"];
        foreach (var name in homes)
        {
            start.Environment[name] = home;
        }
        start.Environment["DOTNET_CLI_HOME"] = folder["cli"];
        start.Environment.Remove("ORT_DISABLE_TELEMETRY");
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, error.Result);
        Assert.IsEmpty(Directory.GetFileSystemEntries(home, "*", SearchOption.AllDirectories));
    }
}
