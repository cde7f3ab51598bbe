using System.Text.RegularExpressions;

namespace Byol.Architecture.Tests.Rooms;

/// <summary>
/// Reads the arrows between rooms out of the sources: using directives, and types that are named by their room. The
/// compiler leaves no trace of a constant or of <c>nameof</c> in the assembly, but it needs one of the two.
/// </summary>
/// <param name="plan">The rooms.</param>
/// <param name="types">The types of the outermost level, to know a room's name from a word that is spelt alike.</param>
internal sealed partial class SourceUsings(RoomPlan plan, IEnumerable<SourceType> types)
{
    private const string Library = "Byol.MLNet";

    private readonly Dictionary<string, SourceType> _types = types.DistinctBy(type => type.Name)
        .ToDictionary(type => type.Name.Split('`')[0]);

    public static IReadOnlyList<Arrow> Scan(string project, RoomPlan plan)
    {
        var usings = new SourceUsings(plan, SourceTypes.Scan(project));
        return
        [
            .. Repository.Files(project)
                .Where(file => file.EndsWith(".cs", StringComparison.Ordinal))
                .SelectMany(file => usings.Scan(file, File.ReadAllText(Path.Combine(project, file)))),
        ];
    }

    /// <summary>The arrows of one file, whose path is relative to the project.</summary>
    public IEnumerable<Arrow> Scan(string file, string text)
    {
        var folder = Path.GetDirectoryName(file)!.Replace('\\', '/');
        var room = plan.RoomOf(folder.Length == 0 ? RoomPlan.Root : folder);
        var code = Unread().Replace(text, match => match.Groups["kept"].Value + " ");
        return Directive().Matches(code)
            .Select(match => new Arrow(
                room, RoomOf(match.Groups[1].Value), file, match.Groups[1].Value, "a using directive"))
            .Concat(
                from name in Name().Matches(code)
                let used = Find(name.Value, folder)
                where used is not null
                select new Arrow(room, plan.RoomOf(used.Folder), file, used.Name, "a qualified name"));
    }

    private string RoomOf(string name) => plan.RoomOf(name.Replace('.', '/'));

    // A name is looked for in the namespaces that the file's own is in, the innermost first; what follows the type's
    // name is a member.
    private SourceType? Find(string name, string folder)
    {
        var spaces = folder.Length == 0 ? [Library] : $"{Library}.{folder.Replace('/', '.')}".Split('.');
        var parts = name.Replace("global::", "", StringComparison.Ordinal).Split('.');
        var found =
            from outer in Enumerable.Range(0, spaces.Length + 1).Reverse()
            from length in Enumerable.Range(2, parts.Length - 1)
            let type = string.Join('.', spaces.Take(outer).Concat(parts.Take(length)))
            where _types.ContainsKey(type)
            select _types[type];
        return found.FirstOrDefault();
    }

    [GeneratedRegex(
        @"^[ \t]*(?:global )?using (?:static |unsafe )?(?:\w+ = )?(?:global::)?Byol\.MLNet\.([\w.]+)",
        RegexOptions.Multiline)]
    private static partial Regex Directive();

    [GeneratedRegex(@"(?<![\w.])(?:global::)?[A-Z]\w*(?:\.\w+)+")]
    private static partial Regex Name();

    // Comments and plain strings; interpolated ones have code in them.
    [GeneratedRegex(
        @"//.*|/\*[\s\S]*?\*/|'(?:[^'\\\n]|\\[^\n]{1,9}?)'|(?<kept>\$+@?""+(?:[^""\\]|\\.)*""+)"
        + @"|""""""[\s\S]*?""""""|@""(?:[^""]|"""")*""|""(?:[^""\\\n]|\\.)*""")]
    private static partial Regex Unread();
}
