using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace Byol.Fuzzing;

/// <summary>
/// What became of a file: an outcome, or a failure and its signature, by which failures of one cause are told from
/// others.
/// </summary>
internal sealed record Verdict(Outcome? Outcome, string? Failure, string Details);

/// <summary>Runs a target on a thread that can be left behind, and looks at time and memory meanwhile.</summary>
internal sealed class Guard
{
    private const long AllowedBytes = 500_000_000;

    private static readonly TimeSpan AllowedTime = TimeSpan.FromSeconds(10);

    /// <summary>Threads that never came back.</summary>
    public int Hung { get; private set; }

    public Verdict Run(Func<Outcome> action, long honestBytes)
    {
        var verdict = new Verdict(null, "hang", $"It took more than {AllowedTime.TotalSeconds} s.");
        ResetPeak();
        var (allocated, resident) = (GC.GetTotalAllocatedBytes(), ResidentBytes("VmRSS"));
        var thread = new Thread(() => verdict = Try(action), maxStackSize: 1 << 20) { IsBackground = true };
        thread.Start();
        if (!thread.Join(AllowedTime))
        {
            Hung++;
            return new Verdict(null, "hang", $"It took more than {AllowedTime.TotalSeconds} s.");
        }
        var bytes = Math.Max(GC.GetTotalAllocatedBytes() - allocated, ResidentBytes("VmHWM") - resident);
        return verdict.Failure is null && bytes > AllowedBytes + honestBytes
            ? new Verdict(null, "memory", $"It took {bytes / 1_000_000} MB.")
            : verdict;
    }

    private static Verdict Try(Func<Outcome> action)
    {
        try
        {
            return new Verdict(action(), null, "");
        }
        catch (Exception exception)
        {
            var cause = exception is FuzzFailureException { InnerException: { } inner } ? inner : exception;
            var frame = new StackTrace(cause).GetFrames().Select(frame => frame.GetMethod())
                .FirstOrDefault(IsOfTheLibrary);
            var what = exception is FuzzFailureException ? exception.Message : exception.GetType().Name;
            return new Verdict(null, $"{what} in {frame?.DeclaringType?.Name}.{frame?.Name}", $"{exception}");
        }
    }

    private static bool IsOfTheLibrary(MethodBase? method) =>
        method?.DeclaringType?.FullName?.StartsWith("Byol.MLNet", StringComparison.Ordinal) == true;

    // The highest that memory was since the last reset, which only Linux tells.
    private static void ResetPeak()
    {
        if (OperatingSystem.IsLinux())
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
    }

    private static long ResidentBytes(string field)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Environment.WorkingSet;
        }
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        var kilobytes = line[(field.Length + 1)..^" kB".Length];
        return 1024 * long.Parse(kilobytes, NumberStyles.Integer, CultureInfo.InvariantCulture);
    }
}
