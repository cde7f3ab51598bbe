using System.Text.RegularExpressions;
using Byol.MLNet;
using Microsoft.ML;
using Spectre.Console;

namespace Byol.Samples.Output;

/// <summary>Lines to the person who runs the program: results to standard output, errors and warnings to standard error.</summary>
internal static partial class Messages
{
    private const int WidthOfFiles = 120;

    private static readonly IAnsiConsole ErrorConsole = CreateErrorConsole();

    public static void Info(string text)
    {
        if (!LiveProgress.TryShow(Markup.Escape(text), IsVerdict(text)))
        {
            Console.WriteLine(text);
        }
    }

    public static void Error(string text) => ErrorConsole.MarkupLineInterpolated($"[red]error:[/] {ParameterName().Replace(text, "")}");

    public static void Warning(string text)
    {
        var markup = $"[yellow]warning:[/] {Markup.Escape(text)}";
        if (Console.IsErrorRedirected || !LiveProgress.TryShow(markup, IsVerdict(text)))
        {
            ErrorConsole.MarkupLine(markup);
        }
    }

    /// <summary>Prints a table. A file or a pipe has no width of its own, and the 80 columns that it is given otherwise break names in two.</summary>
    public static void Print(Table table)
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = WidthOfFiles;
        }
        AnsiConsole.Write(table);
    }

    private static bool IsVerdict(string text) => text.StartsWith("Verdict: ", StringComparison.Ordinal);

    // What an ArgumentException adds for who reads the code.
    [GeneratedRegex(@" \(Parameter '\w+'\)$")]
    private static partial Regex ParameterName();

    // One message is one line, however narrow the terminal: logs are searched by line.
    private static IAnsiConsole CreateErrorConsole()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        console.Profile.Width = int.MaxValue;
        return console;
    }

    /// <summary>Names what was left out of the data.</summary>
    public static void Skipped(IReadOnlyList<string> unreadable)
    {
        if (unreadable.Count > 0)
        {
            Warning($"{unreadable.Count} images could not be read and were left out: {string.Join("; ", unreadable.Take(10))}{(unreadable.Count > 10 ? "; …" : ".")}");
        }
    }

    /// <summary>A context whose Byol log lines are shown; epochs go to the live progress instead where there is a terminal.</summary>
    /// <param name="seed">The context's seed.</param>
    /// <param name="showEpochs">Whether each epoch has its line where there is no terminal.</param>
    public static MLContext CreateContext(int seed, bool showEpochs = true)
    {
        var mlContext = new MLContext(seed);
        mlContext.Log += (_, entry) =>
        {
            if (entry.Source?.Contains(nameof(ByolEmbeddingEstimator), StringComparison.Ordinal) != true || entry.RawMessage is not { } text)
            {
                return;
            }
            if (entry.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
            {
                Warning(text);
            }
            else if (entry.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Info && !((LiveProgress.IsLive || !showEpochs) && text.StartsWith("Epoch ", StringComparison.Ordinal)))
            {
                Info(text);
            }
        };
        return mlContext;
    }
}
