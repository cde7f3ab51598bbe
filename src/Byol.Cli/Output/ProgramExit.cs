using System.Runtime.InteropServices;
using Spectre.Console;

namespace Byol.Cli.Output;

/// <summary>Ends the program while other threads are still at work.</summary>
internal static class ProgramExit
{
    public static void Now(int code)
    {
        if (LiveProgress.IsLive)
        {
            AnsiConsole.Cursor.Show();
        }
        // Handlers of the exit remove temporary files; this one, the last, ends the process before libraries are taken
        // from under the threads that run in them.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => EndAtOnce(code);
        Environment.Exit(code);
    }

    private static void EndAtOnce(int code)
    {
        if (!OperatingSystem.IsWindows())
        {
            RemoveDiagnosticPipes();
            ExitProcess(code);
        }
    }

    // The runtime removes these of its own later than an exit like this gets.
    private static void RemoveDiagnosticPipes()
    {
        foreach (var kind in (string[])["dotnet-diagnostic", "clr-debug-pipe"])
        {
            var name = $"{kind}-{Environment.ProcessId}-*";
            foreach (var pipe in Directory.EnumerateFiles(TemporaryFolder.System, name))
            {
                File.Delete(pipe);
            }
        }
    }

    [DllImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern void ExitProcess(int code);
}
