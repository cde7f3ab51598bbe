using System.Diagnostics;
using System.Text.Json;

namespace Byol.Cli.Tests;

/// <summary>Runs the built program as a user does.</summary>
internal static class SampleProgram
{
    /// <summary>Starts the program; its output is read by the caller.</summary>
    public static Process Start(params string[] arguments) => Start(arguments, new Dictionary<string, string>());

    /// <summary>Starts the program with a folder of its own for temporary files.</summary>
    public static Process Start(string[] arguments, string temporary) => Start(
        arguments,
        new Dictionary<string, string>
        {
            ["TMPDIR"] = Directory.CreateDirectory(temporary).FullName,
            // ONNX Runtime would leave a file of its own there.
            ["ORT_DISABLE_TELEMETRY"] = "1",
        });

    /// <summary>Starts the program with variables of its environment.</summary>
    public static Process Start(string[] arguments, IReadOnlyDictionary<string, string> variables)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Byol.Cli.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }
        return Process.Start(start)!;
    }

    public static (int ExitCode, string Output, string Error) Run(params string[] arguments) =>
        Run(arguments, new Dictionary<string, string>());

    /// <summary>Runs the program with variables of its environment.</summary>
    public static (int ExitCode, string Output, string Error) Run(
        string[] arguments, IReadOnlyDictionary<string, string> variables)
    {
        using var process = Start(arguments, variables);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>Runs and expects success; the text that the program printed.</summary>
    public static string Succeed(params string[] arguments)
    {
        var (exitCode, output, error) = Run(arguments);
        Assert.AreEqual(0, exitCode, error + output);
        return output + error;
    }

    /// <summary>Runs and expects the exit code and one line of error, which is returned.</summary>
    public static string Fail(int exitCode, params string[] arguments)
    {
        var (actual, output, error) = Run(arguments);
        Assert.AreEqual(exitCode, actual, error + output);
        return error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Single(line => line.StartsWith("error: ", StringComparison.Ordinal));
    }

    public static JsonElement Json(string file) => JsonDocument.Parse(File.ReadAllText(file)).RootElement;
}
