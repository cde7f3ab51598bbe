using System.Diagnostics;

namespace Byol.Cli.Tests;

/// <summary>Ctrl+C.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
public class InterruptionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [TestMethod]
    public void StopsAfterTheStepKeepsWhatWasLearntAndTellsHowToGoOn()
    {
        using var folder = new SampleFolder();
        // A name that a shell would take apart.
        var images = folder.Draw("my $images", 64);
        string[] arguments =
        [
            "pretrain", "--images", images, "--output", folder["model.onnx"], "--checkpoint", folder["run"],
            "--checkpoint-every", "1", "--json", folder["result.json"],
            .. SampleFolder.TinyRecipe.Where(argument => argument is not ("--epochs" or "2")),
        ];
        using var program = SampleProgram.Start([.. arguments, "--epochs", "1000"]);
        // Training has begun once there is a checkpoint.
        while (!program.HasExited
            && !(Directory.Exists(folder["run"]) && Directory.GetDirectories(folder["run"], "step-*").Length > 0))
        {
            Thread.Sleep(50);
        }
        Interrupt(program);
        var output = program.StandardOutput.ReadToEnd();
        program.WaitForExit();

        Assert.AreEqual(130, program.ExitCode, output);
        Assert.Contains("To go on: ", output);
        Assert.IsTrue(SampleProgram.Json(folder["result.json"]).GetProperty("stopped").GetBoolean());
        Assert.IsTrue(File.Exists(folder["model.onnx"]));

        // 64 images are four steps an epoch; one epoch more than was trained finishes the run.
        var stoppedAt = Directory.GetDirectories(folder["run"], "step-*")
            .Max(path => int.Parse(path[(path.LastIndexOf('-') + 1)..]));
        var command = output.Split("To go on: ")[1]
            .Split('\n')[0]
            .Replace("--epochs 1000", $"--epochs {stoppedAt / 4 + 1}", StringComparison.Ordinal);
        using var pasted = Process.Start(
            new ProcessStartInfo("sh", ["-c", command])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        var error = pasted.StandardError.ReadToEndAsync();
        pasted.StandardOutput.ReadToEnd();
        pasted.WaitForExit();
        Assert.AreEqual(0, pasted.ExitCode, command + error.Result);
        Assert.AreEqual(stoppedAt, SampleProgram.Json(folder["result.json"]).GetProperty("resumedFromStep").GetInt32());
    }

    [TestMethod]
    public void StoppedBeforeTheFirstStepAnExistingModelStays()
    {
        using var folder = new SampleFolder();
        File.WriteAllText(folder["model.onnx"], "as it was");
        using var program = SampleProgram.Start(
            [
                "pretrain", "--images", folder.Draw("images", 64), "--output", folder["model.onnx"],
                .. SampleFolder.TinyRecipe.Where(argument => argument is not ("--epochs" or "2")), "--epochs", "100000",
            ], folder["temporary"]);
        // The walk ends before the network is made.
        AssertStops(program, interruptions: 1, folder);
        Assert.AreEqual("as it was", File.ReadAllText(folder["model.onnx"]));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void EvaluationsEndAtOnceAndLeaveNothing(int interruptions)
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 60);
        SampleProgram.Succeed(
            ["pretrain", "--images", images, "--output", folder["model.onnx"], .. SampleFolder.TinyRecipe]);
        string[] evaluate =
        [
            "evaluate", "--model", folder["model.onnx"], "--images", images, "--labels", "name", "--json",
            folder["out.json"],
        ];
        string[][] ways = [["--splits", "100000"], ["--auto", "3h", "--save-pipeline", folder["model.zip"]]];
        foreach (var how in ways)
        {
            using var program = SampleProgram.Start([.. evaluate, .. how], folder["temporary"]);
            AssertStops(program, interruptions, folder);
        }
        Assert.IsFalse(File.Exists(folder["out.json"]) || File.Exists(folder["model.zip"]));
    }

    [TestMethod]
    public void AnEmbeddingThatNobodyReadsEndsToo()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 60);
        SampleProgram.Succeed(
            ["pretrain", "--images", images, "--output", folder["model.onnx"], .. SampleFolder.TinyRecipe]);
        // Writing into a pipe waits for a reader who never comes.
        using (var made = Process.Start("mkfifo", [folder["pipe"]]))
        {
            made.WaitForExit();
        }
        using var program = SampleProgram.Start(
            ["embed", "--model", folder["model.onnx"], "--images", images, "--output", folder["pipe"]],
            folder["temporary"]);
        AssertStops(program, interruptions: 1, folder);
    }

    private static void AssertStops(Process program, int interruptions, SampleFolder folder)
    {
        while (program.StandardOutput.ReadLine() is { } line && !line.Contains(" images of ", StringComparison.Ordinal))
        {
        }
        for (var i = 0; i < interruptions; i++)
        {
            Interrupt(program);
        }
        var error = program.StandardError.ReadToEndAsync();
        var hasEnded = program.WaitForExit(Patience);
        if (!hasEnded)
        {
            program.Kill();
        }
        Assert.IsTrue(hasEnded, "It goes on after Ctrl+C.");
        Assert.AreEqual(130, program.ExitCode, error.Result);
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder["temporary"]), "A temporary file is left.");
        Assert.IsEmpty(Directory.GetFiles(folder.Path, ".*"), "A temporary file is left.");
    }

    private static void Interrupt(Process program)
    {
        using var kill = Process.Start("kill", ["-INT", $"{program.Id}"]);
        kill.WaitForExit();
    }
}
