using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Byol.Cli.Tests;

/// <summary>Jobs of two processes, by both families of MPI libraries.</summary>
[TestClass]
public class MpiTests
{
    private const string OpenMpi = "mpirun.openmpi";
    private const string Mpich = "mpirun.mpich";

    // Gentle, or rounding grows from step to step.
    private static readonly string[] Recipe =
    [
        "--recipe", "fast", "--width", "0.125", "--batch-size", "16", "--epochs", "4", "--seed", "3", "--precision",
        "float32", "--learning-rate", "0.002", "--predictor-learning-rate-factor", "1", "--synchronize-batch-norm",
    ];

    private readonly SampleFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [DataRow(OpenMpi)]
    [DataRow(Mpich)]
    public void TwoProcessesTrainTheEncoderThatOneDoes(string launcher)
    {
        SampleProgram.Succeed(Pretrain("one"));
        var (exitCode, output) = MpiJob.Run(launcher, Pretrain("two"));
        Assert.AreEqual(0, exitCode, output);
        Assert.Contains("each of 2 processes", output);
        Assert.AreEqual(1, output.Split("Saved '").Length - 1, "The first process alone speaks and writes.");
        foreach (var (weight, other) in Weights("one").Zip(Weights("two")))
        {
            Assert.AreEqual(weight, other, 1e-3);
        }
    }

    [TestMethod]
    public void AJobWhoseProcessWasKilledEndsAndGoesOn()
    {
        Assert.AreEqual(0, MpiJob.Run(OpenMpi, Pretrain("whole")).ExitCode);
        string[] arguments = [.. Pretrain("killed"), "--checkpoint", _folder["checkpoints"], "--checkpoint-every", "1"];
        using (var job = MpiJob.Start(OpenMpi, arguments))
        {
            while (!job.HasExited && !Directory.Exists(Path.Combine(_folder["checkpoints"], "step-3")))
            {
                Thread.Sleep(5);
            }
            KillAProcessOf(job);
            var (exitCode, output) = MpiJob.End(job);
            Assert.AreNotEqual(0, exitCode, output);
        }
        Assert.IsFalse(File.Exists(_folder["killed.onnx"]));
        var (resumed, text) = MpiJob.Run(OpenMpi, [.. arguments, "--resume"]);
        Assert.AreEqual(0, resumed, text);
        CollectionAssert.AreEqual(
            File.ReadAllBytes(_folder["whole.onnx"]), File.ReadAllBytes(_folder["killed.onnx"]));
    }

    [TestMethod]
    public void TwoProcessesShareAnEmbedding()
    {
        SampleProgram.Succeed(Pretrain("one"));
        var (exitCode, output) = MpiJob.Run(
            Mpich, "embed", "--model", _folder["one.onnx"], "--images", _folder["images"], "--output",
            _folder["parts"], "--format", "parquet", "--part-size", "5");
        Assert.AreEqual(0, exitCode, output);
        Assert.HasCount(13, Directory.GetFiles(_folder["parts"], "part-*.parquet"));
        Assert.IsTrue(File.Exists(Path.Combine(_folder["parts"], "_SUCCESS")));
    }

    [TestMethod]
    public void AnotherCommandIsNoJob()
    {
        var (exitCode, output) = MpiJob.Run(
            Mpich, "evaluate", "--model", "imagenet", "--images", _folder.Path, "--labels", "name");
        Assert.AreNotEqual(0, exitCode);
        Assert.Contains("'evaluate' is the work of one process; mpirun starts pretrain and embed alone.", output);
    }

    private string[] Pretrain(string name)
    {
        if (!Directory.Exists(_folder["images"]))
        {
            _folder.Draw("images", 64);
        }
        return
        [
            "pretrain", "--images", _folder["images"], "--output", _folder[$"{name}.onnx"], "--save-weights",
            _folder[$"{name}.safetensors"], .. Recipe,
        ];
    }

    // A safetensors file is the length of a header, the header, and the values.
    private float[] Weights(string name)
    {
        var bytes = File.ReadAllBytes(_folder[$"{name}.safetensors"]);
        return MemoryMarshal.Cast<byte, float>(bytes.AsSpan(8 + BitConverter.ToInt32(bytes))).ToArray();
    }

    private static void KillAProcessOf(Process job)
    {
        var children = File.ReadAllText($"/proc/{job.Id}/task/{job.Id}/children")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        using var child = Process.GetProcessById(int.Parse(children[^1], null));
        child.Kill();
    }
}
