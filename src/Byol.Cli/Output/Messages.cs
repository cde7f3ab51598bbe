using System.Text.RegularExpressions;
using Byol.Cli.Commands;
using Byol.MLNet;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Spectre.Console;

namespace Byol.Cli.Output;

/// <summary>
/// Lines to the person who runs the program: results to standard output, errors and warnings to standard error.
/// </summary>
internal static partial class Messages
{
    private const int WidthOfFiles = 120;

    private static readonly IAnsiConsole ErrorConsole = CreateErrorConsole();

    private static TextWriter _info = Console.Out;
    private static bool _isSilent;

    public static void Info(string text)
    {
        var printable = Printable.Escape(text);
        if (_info != Console.Out || !LiveProgress.TryShow(Markup.Escape(printable), IsVerdict(text)))
        {
            _info.WriteLine(printable);
        }
    }

    public static void Info(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Info(line);
        }
    }

    /// <summary>Sends information to standard error from here on, since a result takes standard output.</summary>
    public static void LeaveStandardOutput() => _info = Console.Error;

    /// <summary>Says nothing from here on but errors.</summary>
    public static void Silence() => (_info, _isSilent) = (TextWriter.Null, true);

    public static void Error(string text) =>
        ErrorConsole.MarkupLineInterpolated($"[red]error:[/] {Printable.Escape(WithoutParameterName(text))}");

    public static void Warning(string text)
    {
        if (_isSilent)
        {
            return;
        }
        var markup = $"[yellow]warning:[/] {Markup.Escape(Printable.Escape(text))}";
        if (Console.IsErrorRedirected || !LiveProgress.TryShow(markup, IsVerdict(text)))
        {
            ErrorConsole.MarkupLine(markup);
        }
    }

    /// <summary>
    /// Prints a table. A file or a pipe has no width of its own, and the 80 columns that it is given otherwise break
    /// names in two.
    /// </summary>
    public static void Print(Table table)
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = WidthOfFiles;
        }
        AnsiConsole.Write(table);
    }

    /// <summary>The text without what an <see cref="ArgumentException"/> adds for who reads the code.</summary>
    public static string WithoutParameterName(string text) => ParameterName().Replace(text, "");

    private static bool IsVerdict(string text) => text.StartsWith("Verdict: ", StringComparison.Ordinal);

    [GeneratedRegex(@" \(Parameter '\w+'\)$")]
    private static partial Regex ParameterName();

    // One message is one line, however narrow the terminal: logs are searched by line.
    private static IAnsiConsole CreateErrorConsole()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        console.Profile.Width = int.MaxValue;
        return console;
    }

    /// <summary>
    /// A context whose Byol log lines are shown; epochs go to the live progress instead where there is a terminal.
    /// </summary>
    /// <param name="seed">The context's seed.</param>
    /// <param name="gpu">The GPU to compute on; null computes on the processor.</param>
    /// <param name="showEpochs">Whether each epoch has its line where there is no terminal.</param>
    /// <param name="showVerdict">Whether the training is judged at its end.</param>
    public static MLContext CreateContext(
        int seed, int? gpu = null, bool showEpochs = true, bool showVerdict = true)
    {
        var mlContext = new MLContext(seed) { GpuDeviceId = gpu, FallbackToCpu = false };
        mlContext.Log += (_, entry) =>
        {
            if (entry.Source?.Contains(nameof(ByolEmbeddingEstimator), StringComparison.Ordinal) != true
                || entry.RawMessage is not { } message)
            {
                return;
            }
            var text = OptionNames.Translate(message);
            if (!showVerdict && IsVerdict(text))
            {
                return;
            }
            if (entry.Kind == ChannelMessageKind.Warning)
            {
                Warning(text);
            }
            else if (entry.Kind == ChannelMessageKind.Info
                && !((LiveProgress.IsLive || !showEpochs) && text.StartsWith("Epoch ", StringComparison.Ordinal)))
            {
                Info(text);
            }
        };
        return mlContext;
    }
}
