using System.Diagnostics;
using System.Text;

namespace Byol.Fuzzing;

/// <summary>Makes files of all kinds until the time is up, and counts what became of them.</summary>
internal sealed class FuzzRun(FuzzTarget[] targets, int seed, string work, string keep)
{
    private const int Hundred = 100;
    private const int MaximumHung = 2;

    private readonly Guard _guard = new();
    private readonly Dictionary<(string Kind, Outcome? Outcome), int> _counts = [];
    private readonly Dictionary<string, int> _failures = [];

    public int FailureCount => _failures.Values.Sum();

    public void Run(TimeSpan time, string[] kinds)
    {
        FuzzTarget[] order = [.. targets.SelectMany(target => Enumerable.Repeat(target, target.Share))];
        new Random(seed).Shuffle(order);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; Stopwatch.GetElapsedTime(start) < time && _guard.Hung < MaximumHung; i++)
        {
            var target = order[i % Hundred];
            if (kinds.Length == 0 || kinds.Contains(target.Name))
            {
                Try(target, target.Next(new Random(HashCode(seed, i))), i);
            }
        }
    }

    public string Table()
    {
        var table = new StringBuilder();
        table.AppendLine("| Files | Tried | Read | Refused | Failed |").AppendLine("|---|---:|---:|---:|---:|");
        foreach (var target in targets)
        {
            var (read, refused, failed) =
                (Count(target, Outcome.Read), Count(target, Outcome.Refused), Count(target, null));
            table.AppendLine($"| {target.Name} | {read + refused + failed} | {read} | {refused} | {failed} |");
        }
        foreach (var (failure, count) in _failures)
        {
            table.AppendLine($"failure: {failure} ({count} times)");
        }
        return table.ToString();
    }

    // Not System.HashCode, which differs from one process to the next.
    private static int HashCode(int seed, int index) => unchecked((seed * 1_000_003) ^ (index * 7919));

    private int Count(FuzzTarget target, Outcome? outcome) => _counts.GetValueOrDefault((target.Name, outcome));

    private void Try(FuzzTarget target, FuzzInput input, int index)
    {
        var verdict = Judge(target, input, index);
        var key = (target.Name, verdict.Outcome);
        _counts[key] = _counts.GetValueOrDefault(key) + 1;
        if (verdict.Failure is null)
        {
            return;
        }
        var failure = $"{target.Name}: {verdict.Failure}";
        _failures[failure] = _failures.GetValueOrDefault(failure) + 1;
        if (_failures[failure] == 1)
        {
            var small = verdict.Failure == "hang"
                ? input
                : Shrinker.Shrink(input, other => Judge(target, other, index).Failure == verdict.Failure);
            Keep(small, $"{target.Name}-{seed}-{index}", verdict);
        }
    }

    private Verdict Judge(FuzzTarget target, FuzzInput input, int index)
    {
        // A folder of its own for each: what is remembered by path must not be mistaken for another file's.
        var folder = Path.Combine(work, $"{index}-{Guid.NewGuid():N}");
        input.Write(folder);
        var verdict = _guard.Run(() => target.Run(folder), target.HonestBytes(folder, input));
        Directory.Delete(folder, recursive: true);
        return verdict;
    }

    private void Keep(FuzzInput input, string name, Verdict verdict)
    {
        var folder = Path.Combine(keep, name);
        input.Write(folder);
        File.WriteAllText(Path.Combine(folder, "failure.txt"), verdict.Details);
        Console.WriteLine($"{name}: {verdict.Failure}; kept in '{folder}'");
    }
}
