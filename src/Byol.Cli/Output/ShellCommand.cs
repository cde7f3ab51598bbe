using System.Text.RegularExpressions;

namespace Byol.Cli.Output;

/// <summary>A command line of this program that can be pasted.</summary>
internal static partial class ShellCommand
{
    /// <summary>Names the script that started the program, where one did.</summary>
    public const string ProgramVariable = "BYOL_PROGRAM";

    private const string Resume = "--resume";

    /// <summary>This program as it was started, with the given arguments.</summary>
    public static string Of(IEnumerable<string> arguments)
    {
        Func<string, string> quote = OperatingSystem.IsWindows() ? QuoteForCmd : QuoteForSh;
        return string.Join(' ', Program().Concat(arguments).Select(quote));
    }

    /// <summary>This program as it was started, with the given arguments, but going on from its checkpoint.</summary>
    public static string OfResuming(IReadOnlyList<string> arguments)
    {
        // Said with a value of its own, it may say no.
        var others = arguments.Where((argument, i) => !IsResume(argument)
            && !(i > 0 && arguments[i - 1] == Resume && bool.TryParse(argument, out _)));
        return Of([.. others, Resume]);

        static bool IsResume(string argument) =>
            argument == Resume || argument.StartsWith($"{Resume}=", StringComparison.Ordinal)
                || argument.StartsWith($"{Resume}:", StringComparison.Ordinal);
    }

    /// <summary>The argument as sh reads it.</summary>
    public static string QuoteForSh(string argument) => argument switch
    {
        _ when Plain().IsMatch(argument) => argument,
        // What is printed has no control characters.
        _ when argument.Any(char.IsControl) => $"$'{Printable.Escape(WithBackslashes(argument))}'",
        _ => $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'",
    };

    /// <summary>The argument as programs on Windows read it.</summary>
    public static string QuoteForCmd(string argument) => PlainForCmd().IsMatch(argument)
        ? argument
        // Backslashes before a quotation mark, also before the last one, count double.
        : $"\"{BeforeMark().Replace(argument, Doubled)}\"";

    private static string WithBackslashes(string argument) => argument
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("'", "\\'", StringComparison.Ordinal);

    private static string Doubled(Match match) =>
        match.Groups[1].Value + match.Groups[1].Value + (match.Groups[2].Length > 0 ? "\\\"" : "");

    private static string[] Program()
    {
        if (Environment.GetEnvironmentVariable(ProgramVariable) is { Length: > 0 } script)
        {
            return [script];
        }
        var started = Environment.ProcessPath ?? "dotnet";
        return Path.GetFileNameWithoutExtension(started) == "dotnet"
            ? ["dotnet", Environment.GetCommandLineArgs()[0]]
            : [started];
    }

    [GeneratedRegex(@"^[\w@%+=:,./-]+$")]
    private static partial Regex Plain();

    [GeneratedRegex(@"^[\w@+=:,./\\-]+$")]
    private static partial Regex PlainForCmd();

    [GeneratedRegex(@"(\\*)(""|\z)")]
    private static partial Regex BeforeMark();
}
