namespace Byol.MLNet.Foundation;

/// <summary>Finds out before a run whether the files that it is asked for can be written.</summary>
internal static class OutputPaths
{
    /// <exception cref="IOException">The file cannot be written; the message names the option and the path.</exception>
    public static void RequireFile(string option, string? path)
    {
        if (path is { Length: > 0 })
        {
            Require(option, path, () => Append(path));
        }
    }

    /// <exception cref="IOException">Nothing can be written into the folder; the message names the option and the
    /// path.</exception>
    public static void RequireFolder(string option, string? path)
    {
        if (path is { Length: > 0 })
        {
            Require(option, path, () => WriteInto(path));
        }
    }

    /// <summary>Writes a file into the folder and removes it.</summary>
    public static void Probe(string folder)
    {
        var probe = Path.Combine(folder, $".probe-{Guid.NewGuid():N}");
        File.WriteAllBytes(probe, []);
        File.Delete(probe);
    }

    /// <summary>Whether a path is of no use, and no more than that.</summary>
    public static bool IsPathError(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException;

    private static void Append(string path)
    {
        var isNew = !File.Exists(path);
        // A pipe or a device is left alone: who opens and closes it ends it for its reader.
        if (isNew || new FileInfo(path).Length > 0)
        {
            File.Open(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite).Dispose();
        }
        if (isNew)
        {
            File.Delete(path);
        }
    }

    private static void WriteInto(string folder)
    {
        var isNew = !Directory.Exists(folder);
        Directory.CreateDirectory(folder);
        Probe(folder);
        if (isNew)
        {
            Directory.Delete(folder);
        }
    }

    private static void Require(string option, string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (IsPathError(exception))
        {
            throw new IOException($"{option} is '{path}', which cannot be written: {exception.Message}", exception);
        }
    }
}
