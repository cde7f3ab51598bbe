using System.Diagnostics;

namespace Byol.Samples.Tests;

/// <summary>Pictures are private: nothing about their use is kept for, or told to, the makers of a library.</summary>
[TestClass]
public class TelemetryTests
{
    [TestMethod]
    public void EmbeddingLeavesNothingInAnEmptyHome()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 32);
        SampleProgram.Succeed(["pretrain", "--images", images, "--output", folder["model.onnx"], .. SampleFolder.TinyRecipe]);
        var home = Directory.CreateDirectory(folder["home"]).FullName;
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Byol.Samples.dll"), "embed", "--model", folder["model.onnx"], "--images", images, "--output", folder["out.csv"]])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in (string[])["HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"])
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
