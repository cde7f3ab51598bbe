using System.Globalization;
using System.Text;

namespace Byol.Cli.Labelling.Saving;

/// <summary>Names of files or folders that are free on every system, none of them given twice.</summary>
internal sealed class NewNames
{
    private const string Forbidden = "<>:\"/\\|?*%";

    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The name; what some system does not allow is written as %2F, and what is taken numbered.</summary>
    public string Take(string name)
    {
        var safe = Escape(name);
        var (stem, ending) = (Path.GetFileNameWithoutExtension(safe), Path.GetExtension(safe));
        var free = safe;
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
            var isEnd = i == name.Length - 1;
            if (Forbidden.Contains(character) || char.IsControl(character) || isEnd && character is '.' or ' ')
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
}
