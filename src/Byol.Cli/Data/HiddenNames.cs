namespace Byol.Cli.Data;

/// <summary>
/// Names that systems and programs make for themselves, among them copies of images that nobody meant to show.
/// </summary>
internal static class HiddenNames
{
    private static readonly HashSet<string> System = new(
        [
            "__MACOSX", "Thumbs.db", "ehthumbs.db", "desktop.ini", "@eaDir", "$RECYCLE.BIN",
            "System Volume Information", "lost+found",
        ],
        StringComparer.OrdinalIgnoreCase);

    public static bool Contains(FileSystemInfo entry) =>
        entry.Name.StartsWith('.')
        || System.Contains(entry.Name)
        || OperatingSystem.IsWindows() && entry.Attributes.HasFlag(FileAttributes.Hidden);
}
