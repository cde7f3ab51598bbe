using System.Text.RegularExpressions;

namespace Byol.Architecture.Tests.Rooms;

/// <summary>A type of the outermost level as its source file declares it.</summary>
/// <param name="Name">The full name as metadata spells it, such as <c>Byol.MLNet.Embedding.Shared`1</c>.</param>
/// <param name="Folder">The source file's folder, relative to the project, with slashes.</param>
/// <param name="File">The source file, relative to the project.</param>
/// <param name="IsPublic">Whether users of the library see the type.</param>
internal sealed record SourceType(string Name, string Folder, string File, bool IsPublic);

/// <summary>Finds the types of the outermost level: those are declared at the start of a line.</summary>
internal static partial class SourceTypes
{
    public static IReadOnlyList<SourceType> Scan(string project) =>
        [.. Repository.Files(project)
            .Where(file => file.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(file => Scan(file, File.ReadAllText(Path.Combine(project, file))))];

    public static IEnumerable<SourceType> Scan(string file, string text)
    {
        var folder = Path.GetDirectoryName(file)!.Replace('\\', '/');
        var prefix = Namespace().Match(text) is { Success: true } match ? match.Groups[1].Value + "." : "";
        foreach (var declaration in Declaration().Matches(text).Cast<Match>())
        {
            var parameters = declaration.Groups["parameters"];
            var arity = parameters.Success ? "`" + parameters.Value.Split(',').Length : "";
            yield return new(
                prefix + declaration.Groups["name"].Value + arity,
                folder.Length == 0 ? RoomPlan.Root : folder,
                file,
                declaration.Value.Contains("public ", StringComparison.Ordinal));
        }
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(
        @"^(?:(?:public|internal|file|sealed|static|abstract|partial|readonly|ref|unsafe) )*"
        + @"(?:class|record class|record struct|record|struct|interface|enum|delegate [\w<>\[\]?., ]+?) "
        + @"(?<name>\w+)(?:<(?<parameters>[^>]+)>)?",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
