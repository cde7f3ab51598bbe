using System.Globalization;

namespace Byol.Samples.Commands;

/// <summary>Times as people write them: 90s, 20m, 1.5h, or what .NET writes (01:30:00).</summary>
internal static class Durations
{
    public static bool TryParse(string text, out TimeSpan time)
    {
        Func<double, TimeSpan>? unit = text.Length == 0 ? null : text[^1] switch
        {
            's' => TimeSpan.FromSeconds,
            'm' => TimeSpan.FromMinutes,
            'h' => TimeSpan.FromHours,
            _ => null,
        };
        if (unit is null)
        {
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out time);
        }
        var isNumber = double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < 1e6;
        time = isNumber ? unit(number) : default;
        return isNumber;
    }
}
