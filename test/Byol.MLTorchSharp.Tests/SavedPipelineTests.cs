using System.Diagnostics;
using System.Globalization;
using Byol.MLNet.Tests;
using Microsoft.ML;

namespace Byol.MLTorchSharp.Tests;

/// <summary>
/// The way round: train here, and use the saved pipeline in the program that has Microsoft.ML.TorchSharp.
/// </summary>
[TestClass]
public class SavedPipelineTests
{
    [TestMethod]
    public void ProgramWithTheOtherPackageAloneUsesTheSavedPipeline()
    {
        using var folder = new TemporaryFolder();
        var paths = Library.WritePictures(folder.Path, 32);
        var expected = Library.FitAndEmbed(new MLContext(1), paths, folder["model.zip"]);

        var lines = Run([folder["model.zip"], .. paths]);
        Assert.StartsWith("ObjectDetectionTrainer, TorchSharp 0.10", lines[0]);
        Assert.HasCount(1 + paths.Length, lines);
        for (var i = 0; i < paths.Length; i++)
        {
            var values = lines[i + 1].Split(' ');
            float[] actual = [.. values.Select(value => float.Parse(value, CultureInfo.InvariantCulture))];
            Assert.HasCount(expected[i].Length, actual);
            Assert.IsLessThan(1e-4, expected[i].Zip(actual, (x, y) => Math.Abs(x - y)).Max());
        }
    }

    private static string[] Run(string[] arguments)
    {
        // bin/CONFIGURATION/FRAMEWORK of this project and of that one are named alike.
        const string Name = "Byol.MLTorchSharp.SavedPipeline";
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var folder = Path.Combine(own.Parent!.Parent!.Parent!.Parent!.FullName, Name, "bin", own.Parent.Name, own.Name);
        Assert.IsEmpty(Directory.GetFiles(folder, "Byol.MLNet*"), "This library must not be there,");
        Assert.IsEmpty(Directory.GetFiles(folder, "*torch_cpu*", SearchOption.AllDirectories), "and no libtorch.");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, $"{Name}.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, error.Result);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
