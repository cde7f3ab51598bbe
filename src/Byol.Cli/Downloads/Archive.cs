using System.Formats.Tar;
using System.IO.Compression;

namespace Byol.Cli.Downloads;

/// <summary>
/// Reads the files of a .tar.gz one by one. Nothing is written to where an entry's name points: the caller names its
/// own files.
/// </summary>
internal static class Archive
{
    private const long MaximumEntryBytes = 64L << 20;
    private const long MaximumTotalBytes = 4L << 30;

    /// <summary>
    /// Hands each regular file, with its name's last part, to the action; links, folders and devices are passed over.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// The archive is damaged, a file is too large, or a name leaves the archive.
    /// </exception>
    public static void ReadFiles(
        FileInfo archive, Action<string, Stream> read, CancellationToken cancellation = default)
    {
        using var file = archive.OpenRead();
        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(unzipped);
        var total = 0L;
        try
        {
            while (tar.GetNextEntry() is { } entry)
            {
                cancellation.ThrowIfCancellationRequested();
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                || entry.DataStream is not { } data)
                {
                    continue;
                }
                if (Path.IsPathRooted(entry.Name) || entry.Name.Split('/', '\\').Contains(".."))
                {
                    throw new InvalidDataException($"'{archive}': the name '{entry.Name}' leads out of the archive.");
                }
                total += entry.Length;
                if (entry.Length > MaximumEntryBytes || total > MaximumTotalBytes)
                {
                    throw new InvalidDataException(
                        $"'{archive}': '{entry.Name}' is larger than an archive of images may hold.");
                }
                read(entry.Name.Split('/', '\\')[^1], data);
            }
        }
        catch (Exception exception) when (exception is EndOfStreamException or FormatException)
        {
            throw new InvalidDataException($"'{archive}' is damaged: {exception.Message}", exception);
        }
    }
}
