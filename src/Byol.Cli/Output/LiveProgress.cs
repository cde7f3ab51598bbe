using Byol.MLNet;
using Spectre.Console;

namespace Byol.Cli.Output;

/// <summary>
/// A moving progress line on a terminal; elsewhere the log's one line an epoch is enough and this shows nothing. Lines
/// that are written meanwhile stand above it, the verdict below it.
/// </summary>
internal sealed class LiveProgress : IProgress<ByolProgress>, IProgress<ByolActivity>
{
    private const int StepsBetweenUpdates = 5;

    private static LiveProgress? _current;

    private readonly IAnsiConsole _console;
    private readonly ProgressTask _task;
    private readonly IProgress<ByolProgress>? _next;
    private readonly List<string> _held;
    private readonly ProgressLine _line;

    private LiveProgress(
        IAnsiConsole console, ProgressTask task, IProgress<ByolProgress>? next, List<string> held, int width)
    {
        (_console, _task, _next, _held) = (console, task, next, held);
        _line = new ProgressLine(width);
    }

    public static bool IsLive => AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;

    /// <summary>Runs a fit with its progress shown.</summary>
    public static T Run<T>(ByolOptions options, Func<T> fit) => IsLive ? Run(AnsiConsole.Console, options, fit) : fit();

    /// <summary>Runs a fit with its progress shown on the given terminal.</summary>
    public static T Run<T>(IAnsiConsole console, ByolOptions options, Func<T> fit)
    {
        var held = new List<string>();
        var bar = Math.Clamp(console.Profile.Width / 5, 10, 40);
        try
        {
            return console.Progress()
                .Columns(
                    new TaskDescriptionColumn { Alignment = Justify.Left },
                    new ProgressBarColumn { Width = bar },
                    new SpinnerColumn())
                .Start(context =>
                {
                    var task = context.AddTask("reading images");
                    // Of the width, the bar, the spinner and the spaces between them take a part.
                    var live = new LiveProgress(console, task, options.Progress, held, console.Profile.Width - bar - 6);
                    options.Progress = live;
                    options.Activity = live;
                    options.ProgressEvery ??= StepsBetweenUpdates;
                    _current = live;
                    return fit();
                });
        }
        finally
        {
            _current = null;
            foreach (var line in held)
            {
                console.MarkupLine(line);
            }
        }
    }

    /// <summary>Shows a line together with the moving one, whole, however narrow the terminal.</summary>
    /// <param name="markup">The line, in Spectre.Console's markup.</param>
    /// <param name="isConclusion">Whether it belongs under the moving line, once that stands still.</param>
    /// <returns>False where nothing moves, so that the line can be written as it is.</returns>
    public static bool TryShow(string markup, bool isConclusion)
    {
        if (_current is not { } live)
        {
            return false;
        }
        if (isConclusion)
        {
            live._held.Add(markup);
        }
        else
        {
            live._console.MarkupLine(markup);
        }
        return true;
    }

    void IProgress<ByolProgress>.Report(ByolProgress value)
    {
        _next?.Report(value);
        _task.MaxValue = value.TotalSteps;
        _task.Value = value.Step;
        _task.Description = Markup.Escape(_line.Of(value));
    }

    void IProgress<ByolActivity>.Report(ByolActivity value)
    {
        _task.Description = Markup.Escape(_line.Of(value));
        if (!_line.HasSteps && value is { Total: > 0 and var total })
        {
            _task.MaxValue = total;
            _task.Value = value.Done;
        }
    }
}
