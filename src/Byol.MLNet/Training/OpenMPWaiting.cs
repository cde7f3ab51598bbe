using System.Runtime.InteropServices;

namespace Byol.MLNet.Training;

/// <summary>
/// How libtorch's threads wait for each other. By default they spin for milliseconds; where another process has a core,
/// at whatever priority, they then spin while the thread that they wait for does not run, and a step takes many times
/// as long. Spinning briefly costs nothing on an idle machine. GNU's OpenMP library, which libtorch has on Linux, reads
/// the setting as it is loaded.
/// </summary>
internal sealed class OpenMPWaiting : IDisposable
{
    private const string SpinCount = "GOMP_SPINCOUNT";
    private const string BriefSpinCount = "20000";

    // Whoever sets one of these has chosen.
    private static readonly string[] Choices = ["OMP_WAIT_POLICY", SpinCount, "OMP_NUM_THREADS"];

    private OpenMPWaiting() => IsBrief = true;

    /// <summary>Whether libtorch's threads spin briefly because this library let them.</summary>
    public static bool IsBrief { get; private set; }

    /// <summary>Lets threads spin briefly in an OpenMP library that is loaded while the result lives; null where that
    /// is not to be, or too late.</summary>
    public static OpenMPWaiting? LetThreadsSpinBriefly()
    {
        var isChosen = Choices.Any(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 });
        if (!OperatingSystem.IsLinux() || isChosen || IsLoaded())
        {
            return null;
        }
        try
        {
            // .NET's own call does not reach a native library's environment.
            return setenv(SpinCount, BriefSpinCount, overwrite: 0) == 0 ? new OpenMPWaiting() : null;
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library, such as musl.
            return null;
        }
    }

    /// <summary>Takes the setting back, so that child processes and other libraries do not inherit it.</summary>
    public void Dispose() => _ = unsetenv(SpinCount);

    private static bool IsLoaded()
    {
        try
        {
            return File.ReadLines("/proc/self/maps").Any(line => line.Contains("/libtorch_cpu", StringComparison.Ordinal));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [DllImport("libc.so.6", CharSet = CharSet.Ansi)]
    private static extern int setenv(string name, string value, int overwrite);

    [DllImport("libc.so.6", CharSet = CharSet.Ansi)]
    private static extern int unsetenv(string name);
}
