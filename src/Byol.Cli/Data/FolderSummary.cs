namespace Byol.Cli.Data;

/// <summary>What is in a folder, in numbers.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Images">Files that are images by their content.</param>
/// <param name="Labels">Their labels.</param>
/// <param name="Unreadable">Files that are images by name but not by content, or that may not be read.</param>
/// <param name="OtherTypes">Files of other types, by their endings.</param>
/// <param name="Hidden">Hidden files and folders, which were not looked into.</param>
/// <param name="Duplicates">Images that are byte for byte another.</param>
/// <param name="Links">Links to what is in the folder anyway.</param>
/// <param name="Forbidden">Folders that may not be read.</param>
internal sealed record FolderSummary(
    string Folder,
    int Images,
    int Labels,
    int Unreadable,
    IReadOnlyDictionary<string, int> OtherTypes,
    int Hidden,
    int Duplicates,
    int Links,
    int Forbidden)
{
    public static FolderSummary Of(DirectoryInfo folder, FolderContents contents) => new(
        folder.FullName,
        contents.Images.Count,
        contents.Images.Select(image => image.Label).Distinct().Count(),
        contents.Count(SkippedKind.Unreadable),
        contents.OtherTypes().ToDictionary(type => type.Key, type => type.Value),
        contents.Count(SkippedKind.Hidden),
        contents.Duplicates,
        contents.Count(SkippedKind.Link),
        contents.Count(SkippedKind.Forbidden));
}
