using System.Globalization;

namespace Byol.Cli.Commands;

/// <summary>
/// Times as people write them: 90s, 20m, 1.5h, 2d, or what .NET writes (01:30:00). A bare number says no unit, so it is
/// none.
/// </summary>
internal static class Durations
{
    /// <summary>What a time must be, after "it must be".</summary>
    public const string Expected = "a time with its unit, such as 90s, 20m, 1.5h or 2d, of at most 1000d";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(1000);

    public static bool TryParse(string text, out TimeSpan time)
    {
        var isTime = text.Contains(':', StringComparison.Ordinal)
            ? TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out time)
            : TryParseUnit(text, out time);
        return isTime && time <= Longest;
    }

    private static bool TryParseUnit(string text, out TimeSpan time)
    {
        double? seconds = text.Length == 0 ? null : text[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => null,
        };
        time = default;
        if (seconds is not { } unit
            || !double.TryParse(
                text.AsSpan(0, text.Length - 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || !(Math.Abs(number * unit) <= Longest.TotalSeconds))
        {
            return false;
        }
        time = TimeSpan.FromSeconds(number * unit);
        return true;
    }
}
