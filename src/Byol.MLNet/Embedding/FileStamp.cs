namespace Byol.MLNet.Embedding;

/// <summary>What tells whether a file is still the one that was read: its path, length and time of change.</summary>
internal readonly record struct FileStamp(string Path, long Length, DateTime Changed, bool IsSettled)
{
    // The coarsest clock of a file system that is in use.
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);

    /// <summary>The file's stamp as it stands; null where there is no such file.</summary>
    public static FileStamp? Of(string path)
    {
        try
        {
            var file = new FileInfo(path);
            // A link has a length and a time of its own, which stay as they are when its target changes.
            file = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo;
            return file is { Exists: true }
                ? new FileStamp(
                    file.FullName, file.Length, file.LastWriteTimeUtc, DateTime.UtcNow - file.LastWriteTimeUtc > Tick)
                : null;
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // The decoder says what is wrong with it.
            return null;
        }
    }

    public bool Equals(FileStamp other) => Path == other.Path && Length == other.Length && Changed == other.Changed;

    public override int GetHashCode() => HashCode.Combine(Path, Length, Changed);
}
