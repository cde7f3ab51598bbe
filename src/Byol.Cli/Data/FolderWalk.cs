namespace Byol.Cli.Data;

/// <summary>
/// One walk of a folder with its subfolders. Each real file and folder is seen once, whatever links lead to it, and
/// under its own name rather than a link's where both are there. What may not be read is named and passed over.
/// </summary>
/// <param name="list">Lists a folder's entries; null asks the system.</param>
/// <param name="cancellation">Ends the walk.</param>
internal sealed class FolderWalk(
    Func<DirectoryInfo, IEnumerable<FileSystemInfo>>? list = null, CancellationToken cancellation = default)
{
    private readonly Func<DirectoryInfo, IEnumerable<FileSystemInfo>> _list = list ?? (
        folder => folder.EnumerateFileSystemInfos());
    private readonly Dictionary<string, string> _seen = new(StringComparer.Ordinal);
    private readonly Queue<FileSystemInfo> _links = new();
    private readonly List<FileInfo> _files = [];
    private readonly List<SkippedFile> _skipped = [];

    /// <summary>All files that are not hidden, ordered by their path; and what was passed over.</summary>
    public (IReadOnlyList<FileInfo> Files, IReadOnlyList<SkippedFile> Skipped) Walk(DirectoryInfo folder)
    {
        var root = RealPath.Of(folder.FullName);
        Visit(folder, root);
        while (_links.TryDequeue(out var link))
        {
            Follow(link, root);
        }
        return ([.. _files.OrderBy(file => file.FullName, StringComparer.Ordinal)], _skipped);
    }

    private void Visit(DirectoryInfo folder, string real)
    {
        if (!_seen.TryAdd(real, folder.FullName))
        {
            return;
        }
        foreach (var entry in List(folder))
        {
            cancellation.ThrowIfCancellationRequested();
            if (HiddenNames.Contains(entry))
            {
                Skip(entry, SkippedKind.Hidden, "hidden, or a system's own");
            }
            else if (entry.Attributes.HasFlag(FileAttributes.ReparsePoint) && entry.LinkTarget is not null)
            {
                _links.Enqueue(entry);
            }
            else if (entry is DirectoryInfo subfolder)
            {
                Visit(subfolder, Path.Combine(real, entry.Name));
            }
            else if (_seen.TryAdd(Path.Combine(real, entry.Name), entry.FullName))
            {
                _files.Add((FileInfo)entry);
            }
        }
    }

    private FileSystemInfo[] List(DirectoryInfo folder)
    {
        try
        {
            return [.. _list(folder).OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Skip(
                folder,
                SkippedKind.Forbidden,
                exception is UnauthorizedAccessException ? "there is no permission to read it" : exception.Message);
            return [];
        }
    }

    private void Follow(FileSystemInfo link, string root)
    {
        try
        {
            var target = RealPath.Of(link.FullName);
            if (RealPath.Holds(target, root))
            {
                Skip(link, SkippedKind.Link, "a link back to where it lies");
            }
            else if (_seen.TryGetValue(target, out var known))
            {
                Skip(link, SkippedKind.Link, $"a link to '{known}'");
            }
            else if (Directory.Exists(target))
            {
                Visit(new DirectoryInfo(link.FullName), target);
            }
            else if (File.Exists(target))
            {
                _seen.Add(target, link.FullName);
                _files.Add(new FileInfo(link.FullName));
            }
            else
            {
                Skip(link, SkippedKind.Unreadable, "a link to nothing");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var isMissing = exception is FileNotFoundException or DirectoryNotFoundException;
            Skip(link, SkippedKind.Unreadable, isMissing ? "a link to nothing" : exception.Message);
        }
    }

    private void Skip(FileSystemInfo entry, SkippedKind kind, string reason) =>
        _skipped.Add(new SkippedFile(entry.FullName, kind, reason));
}
