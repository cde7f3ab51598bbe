using System.Globalization;
using System.Text;

namespace Byol.Cli.Output;

/// <summary>
/// Text that people may print: a file's name can hold a newline, which would split the line, or an escape sequence,
/// which would steer the terminal.
/// </summary>
internal static class Printable
{
    /// <summary>The text with control and format characters written as escapes (<c>\n</c>, <c>\u001b</c>).</summary>
    public static string Escape(string text)
    {
        if (!text.Any(IsControl))
        {
            return text;
        }
        var result = new StringBuilder(text.Length + 8);
        foreach (var character in text)
        {
            _ = character switch
            {
                '\n' => result.Append(@"\n"),
                '\r' => result.Append(@"\r"),
                '\t' => result.Append(@"\t"),
                _ when IsControl(character) => result.Append(CultureInfo.InvariantCulture, $@"\u{(int)character:x4}"),
                _ => result.Append(character),
            };
        }
        return result.ToString();
    }

    private static bool IsControl(char character) => char.GetUnicodeCategory(character) is
        UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
