using System.Text.RegularExpressions;

namespace Byol.Architecture.Tests.Rooms;

/// <summary>
/// Reads the arrows between rooms out of using directives. The compiler leaves no trace of a constant or of
/// <c>nameof</c> in the assembly, but does not allow a directive that nothing needs.
/// </summary>
internal static partial class SourceUsings
{
    public static IReadOnlyList<Arrow> Scan(string project, RoomPlan plan) =>
        [.. Repository.Files(project)
            .Where(file => file.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(file => Scan(file, File.ReadAllText(Path.Combine(project, file)), plan))];

    public static IEnumerable<Arrow> Scan(string file, string text, RoomPlan plan)
    {
        var folder = Path.GetDirectoryName(file)!.Replace('\\', '/');
        var from = plan.RoomOf(folder.Length == 0 ? RoomPlan.Root : folder);
        return Directive().Matches(text)
            .Select(match => match.Groups[1].Value)
            .Select(used => new Arrow(from, plan.RoomOf(used.Replace('.', '/')), file, used, "a using directive"));
    }

    [GeneratedRegex(@"^using (?:static )?(?:\w+ = )?Byol\.MLNet\.([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Directive();
}
