using System.Globalization;
using System.Text;
using Byol.MLNet;

namespace Byol.Cli.Output;

/// <summary>
/// How far a fit is, in a line of at most so many characters: what matters less is left out where it does not fit.
/// </summary>
internal sealed class ProgressLine(int width)
{
    private const string Gap = "  ";

    private ByolProgress? _last;
    private int? _firstViewSize;

    /// <summary>Whether a step was reported.</summary>
    public bool HasSteps => _last is not null;

    public string Of(ByolProgress progress)
    {
        _last = progress;
        _firstViewSize ??= progress.ViewSize;
        return Join([
            Text($"step {progress.Step}/{progress.TotalSteps}"),
            progress.TimeLeft is { } left && left > TimeSpan.Zero ? $"{Time(left)} left" : "",
            Text($"loss {progress.Loss:F3}"),
            progress.ViewSize > _firstViewSize
                ? Text($"{progress.ViewSize} px, was {_firstViewSize}: the loss leaps")
                : "",
            Text($"epoch {progress.Epoch}/{progress.Epochs}"),
            Text($"{progress.ImagesPerSecond:F0} images/s"),
            Text($"spread {progress.NormalizedSpread:F2}"),
            Text($"effective rank {progress.EffectiveRank:F0}"),
        ]);
    }

    public string Of(ByolActivity activity)
    {
        var done = activity.Total is { } total ? Text($"{activity.Done}/{total}") : Text($"{activity.Done}");
        return Join([
            activity.Kind switch
            {
                ByolActivityKind.ReadingImages => $"reading images {done}",
                ByolActivityKind.ReadingProbe => $"reading the probe's images {done}",
                _ => $"scoring {done}",
            },
            _last is null ? "" : Text($"step {_last.Step}/{_last.TotalSteps}"),
        ]);
    }

    /// <summary>A time as one reads it: 45 s, 12 min, 1 h 05 min.</summary>
    internal static string Time(TimeSpan time) => time switch
    {
        { TotalSeconds: < 59.5 } => Text($"{time.TotalSeconds:F0} s"),
        { TotalMinutes: < 59.5 } => Text($"{time.TotalMinutes:F0} min"),
        _ => Text($"{(long)time.TotalHours} h {time.Minutes:D2} min"),
    };

    private string Join(IEnumerable<string> parts)
    {
        var line = new StringBuilder();
        foreach (var part in parts.Where(part => part.Length > 0))
        {
            var gap = line.Length == 0 ? "" : Gap;
            if (line.Length == 0 || line.Length + gap.Length + part.Length <= width)
            {
                line.Append(gap).Append(part);
            }
        }
        return line.ToString();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
