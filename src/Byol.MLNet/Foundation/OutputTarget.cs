using System.Formats.Tar;

namespace Byol.MLNet.Foundation;

/// <summary>
/// Where an output path leads: links are followed; a device or a pipe cannot be replaced and is written in place.
/// </summary>
internal sealed record OutputTarget(string Path, bool IsInPlace)
{
    private const int MaximumLinks = 40;
    private const int TypeOffset = 156;

    private static readonly string[] StandardOutputs = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];
    private static readonly string[] StandardErrors = ["/dev/stderr", "/dev/fd/2", "/proc/self/fd/2"];

    /// <summary>Whether what is written appears on the program's standard output.</summary>
    public bool IsStandardOutput => StandardOutputs.Contains(Path);

    /// <exception cref="IOException">The path is a loop of links.</exception>
    public static OutputTarget Of(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        for (var links = 0; links < MaximumLinks; links++)
        {
            // Links below these lead to names such as pipe:[12345], which the system alone can open.
            if (IsStream(full))
            {
                return new OutputTarget(full, IsInPlace: true);
            }
            if (new FileInfo(full).LinkTarget is not { } target)
            {
                return new OutputTarget(full, IsDeviceOrPipe(full));
            }
            full = System.IO.Path.GetFullPath(target, System.IO.Path.GetDirectoryName(full)!);
        }
        throw new IOException("there are too many links");
    }

    /// <summary>Opens what is written in place.</summary>
    public Stream Open() => this switch
    {
        { IsStandardOutput: true } => Console.OpenStandardOutput(),
        _ when StandardErrors.Contains(Path) => Console.OpenStandardError(),
        _ => new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite),
    };

    private static bool IsStream(string path) => !OperatingSystem.IsWindows()
        && (
            path is "/dev/stdout" or "/dev/stderr"
                || path.StartsWith("/dev/fd/", StringComparison.Ordinal)
                || path.StartsWith("/proc/", StringComparison.Ordinal));

    // Opening a pipe to see what it is would disturb its reader. Of .NET's own classes the writer of tar archives alone
    // tells the type of a file that it does not open; only an empty regular file costs it anything.
    private static bool IsDeviceOrPipe(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return path.StartsWith(@"\\.\", StringComparison.Ordinal);
        }
        if (!File.Exists(path) || new FileInfo(path).Length > 0)
        {
            return false;
        }
        using var header = new MemoryStream();
        using (var tar = new TarWriter(header, TarEntryFormat.Ustar, leaveOpen: true))
        {
            tar.WriteEntry(path, "file");
        }
        return (TarEntryType)header.GetBuffer()[TypeOffset]
            is TarEntryType.Fifo or TarEntryType.CharacterDevice or TarEntryType.BlockDevice;
    }
}
