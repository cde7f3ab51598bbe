using System.Diagnostics;

namespace Byol.Cli.Tests;

/// <summary>The built program as a job of several processes.</summary>
internal static class MpiJob
{
    /// <summary>What makes Open MPI start on any machine: as root, and with fewer cores than processes.</summary>
    private static readonly string[] OpenMpiOptions = ["--allow-run-as-root", "--oversubscribe"];

    /// <summary>Starts a job of two processes, one thread each; both outputs are one.</summary>
    /// <param name="launcher"><c>mpirun.openmpi</c> or <c>mpirun.mpich</c>.</param>
    /// <param name="arguments">The program's.</param>
    public static Process Start(string launcher, params string[] arguments)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, launcher)).FirstOrDefault(File.Exists);
        if (path is null)
        {
            Assert.Inconclusive($"{launcher} is not installed; eng/setup.sh --mpi installs it on Debian.");
        }
        string[] options = launcher == "mpirun.openmpi" ? OpenMpiOptions : [];
        string[] program = ["dotnet", Path.Combine(AppContext.BaseDirectory, "Byol.Cli.dll"), .. arguments];
        var start = new ProcessStartInfo(path, [.. options, "-n", "2", .. program])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        return Process.Start(start)!;
    }

    /// <summary>Runs a job to its end.</summary>
    public static (int ExitCode, string Output) Run(string launcher, params string[] arguments)
    {
        using var job = Start(launcher, arguments);
        return End(job);
    }

    /// <summary>Waits for a job's end.</summary>
    public static (int ExitCode, string Output) End(Process job)
    {
        var error = job.StandardError.ReadToEndAsync();
        var output = job.StandardOutput.ReadToEnd();
        job.WaitForExit();
        return (job.ExitCode, output + error.Result);
    }
}
