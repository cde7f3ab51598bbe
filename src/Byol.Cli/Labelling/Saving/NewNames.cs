using System.Globalization;
using System.Text;

namespace Byol.Cli.Labelling.Saving;

/// <summary>Names of files or folders that are free on every system, none of them given twice.</summary>
internal sealed class NewNames
{
    private const string Forbidden = "<>:\"/\\|?*%";

    // File systems allow 255, of which a number and the folder's other names take some.
    private const int MostBytes = 120;
    private const int LongestEnding = 16;

    private static readonly HashSet<string> Devices = new(
        [
            "CON", "PRN", "AUX", "NUL",
            .. Enumerable.Range(1, 9).SelectMany(number => new[] { $"COM{number}", $"LPT{number}" }),
        ],
        StringComparer.OrdinalIgnoreCase);

    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The name; what some system does not allow is written as %2F, and what is taken numbered.</summary>
    public string Take(string name)
    {
        var safe = Escape(name);
        var ending = Path.GetExtension(safe) is { Length: <= LongestEnding } shortOne ? shortOne : "";
        var stem = Cut(safe[..^ending.Length]);
        var free = stem + ending;
        for (var number = 2; !_taken.Add(free); number++)
        {
            free = string.Create(CultureInfo.InvariantCulture, $"{stem}-{number}{ending}");
        }
        return free;
    }

    private static string Escape(string name)
    {
        var escaped = new StringBuilder();
        foreach (var (i, character) in name.Index())
        {
            // A first dot hides a file, a last one is lost on Windows, and some names are devices there.
            var isOdd = i == 0 && (character == '.' || Devices.Contains(name.Split('.')[0]))
                || i == name.Length - 1 && character is '.' or ' ';
            if (isOdd || Forbidden.Contains(character) || char.IsControl(character))
            {
                escaped.Append(CultureInfo.InvariantCulture, $"%{(int)character:X2}");
            }
            else
            {
                escaped.Append(character);
            }
        }
        return escaped.ToString();
    }

    private static string Cut(string name)
    {
        var length = name.Length;
        while (Encoding.UTF8.GetByteCount(name.AsSpan(0, length)) > MostBytes)
        {
            length -= char.IsLowSurrogate(name[length - 1]) ? 2 : 1;
        }
        return name[..length].TrimEnd(' ', '.');
    }
}
