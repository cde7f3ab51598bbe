using System.Diagnostics;

namespace Byol.Samples.Tests;

/// <summary>Ctrl+C in a pretraining.</summary>
[TestClass]
public class InterruptionTests
{
    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void StopsAfterTheStepKeepsWhatWasLearntAndTellsHowToGoOn()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 64);
        string[] arguments =
        [
            "pretrain", "--images", images, "--output", folder["model.onnx"], "--checkpoint", folder["run"], "--checkpoint-every", "1", "--json", folder["result.json"],
            .. SampleFolder.TinyRecipe.Where(argument => argument is not ("--epochs" or "2")),
        ];
        using var program = SampleProgram.Start([.. arguments, "--epochs", "1000"]);
        // Training has begun once there is a checkpoint.
        while (!program.HasExited && !(Directory.Exists(folder["run"]) && Directory.GetDirectories(folder["run"], "step-*").Length > 0))
        {
            Thread.Sleep(50);
        }
        using var kill = Process.Start("kill", ["-INT", $"{program.Id}"]);
        var output = program.StandardOutput.ReadToEnd();
        program.WaitForExit();

        Assert.AreEqual(130, program.ExitCode, output);
        Assert.Contains("To go on: pretrain --images", output);
        Assert.Contains("--resume", output);
        Assert.IsTrue(SampleProgram.Json(folder["result.json"]).GetProperty("stopped").GetBoolean());
        Assert.IsTrue(File.Exists(folder["model.onnx"]));

        // 64 images are four steps an epoch; one epoch more than was trained finishes the run.
        var stoppedAt = Directory.GetDirectories(folder["run"], "step-*").Max(path => int.Parse(path[(path.LastIndexOf('-') + 1)..]));
        SampleProgram.Succeed([.. arguments, "--epochs", $"{stoppedAt / 4 + 1}", "--resume"]);
        Assert.AreEqual(stoppedAt, SampleProgram.Json(folder["result.json"]).GetProperty("resumedFromStep").GetInt32());
    }
}
