using System.CommandLine;
using Microsoft.ML;

namespace Byol.Fuzzing;

/// <summary>
/// Feeds damaged files to the library until the time is up, and says how many of each kind were read, refused and
/// failed.
/// </summary>
internal static class Program
{
    public static int Main(string[] arguments)
    {
        var minutes = new Option<double>("--minutes")
        {
            DefaultValueFactory = _ => 5,
            Description = "Length of the run.",
        };
        var seed = new Option<int>("--seed")
        {
            DefaultValueFactory = _ => 1,
            Description = "The same seed makes the same files.",
        };
        var keep = new Option<DirectoryInfo>("--keep")
        {
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(Path.GetTempPath(), "byol-fuzzing")),
            Description = "Folder for the files that the library fails on.",
        };
        var kinds = new Option<string[]>("--kinds")
        {
            AllowMultipleArgumentsPerToken = true,
            Description = "Only these kinds of file.",
        };
        var command = new RootCommand("Feeds damaged files to Byol.MLNet.") { minutes, seed, keep, kinds };
        command.SetAction(result => Run(
            TimeSpan.FromMinutes(result.GetValue(minutes)),
            result.GetValue(seed),
            result.GetValue(keep)!.FullName,
            result.GetValue(kinds) ?? []));
        return command.Parse(arguments).Invoke();
    }

    private static int Run(TimeSpan time, int seed, string keep, string[] kinds)
    {
        var work = Directory.CreateTempSubdirectory("byol-fuzzing-work-").FullName;
        // What the library itself leaves there goes with it.
        Environment.SetEnvironmentVariable("TMPDIR", work);
        try
        {
            var run = new FuzzRun(FuzzTarget.All(new MLContext(1), work), seed, work, keep);
            run.Run(time, kinds);
            Console.Write(run.Table());
            return run.FailureCount == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }
}
