using System.Globalization;
using System.Text;

namespace Byol.MLNet.Foundation;

/// <summary>Words of a file in an error message: short, and without characters that would control a terminal.</summary>
internal static class FileText
{
    private const int Longest = 100;
    private const int LongestMessage = 400;

    public static string Show(string text) => Show(text, Longest);

    /// <summary>A reader's message, which may quote the file.</summary>
    public static string ShowMessage(string message) => Show(message, LongestMessage);

    private static string Show(string text, int longest)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes().Take(longest))
        {
            shown.Append(IsPlain(rune) ? rune.ToString() : $"\\u{rune.Value:x4}");
        }
        return text.EnumerateRunes().Skip(longest).Any() ? $"{shown}…" : shown.ToString();
    }

    /// <summary>"64×3×7×7".</summary>
    public static string Show(IEnumerable<long> shape) => Show(string.Join('×', shape.Take(Longest)));

    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
