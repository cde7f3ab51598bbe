namespace Byol.MLNet.Foundation;

/// <summary>
/// Writes a file whole or not at all: to a temporary name beside it, flushed, then renamed. A link stays, and what it
/// leads to is written; a device or a pipe is written in place. A process that exits in the middle removes its
/// temporary files.
/// </summary>
internal static class AtomicFile
{
    private static readonly HashSet<string> Unfinished = [];
    private static bool _isExiting;

    static AtomicFile()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => RemoveUnfinished();
    }

    /// <exception cref="IOException">The file cannot be written; the message names it.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        try
        {
            var target = OutputTarget.Of(path);
            if (target.IsInPlace)
            {
                using var stream = target.Open();
                write(stream);
            }
            else
            {
                Replace(target.Path, write);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"'{path}' cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>A new name beside the file that no program reads.</summary>
    public static string TemporaryName(string path) =>
        Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");

    private static void Replace(string path, Action<Stream> write)
    {
        var temporary = TemporaryName(path);
        try
        {
            using (var stream = Create(temporary))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            Remove(temporary);
        }
    }

    private static FileStream Create(string temporary)
    {
        lock (Unfinished)
        {
            if (_isExiting)
            {
                throw new IOException("the program is exiting");
            }
            Unfinished.Add(temporary);
            return new FileStream(temporary, FileMode.CreateNew);
        }
    }

    private static void Remove(string temporary)
    {
        lock (Unfinished)
        {
            // The folder itself may be gone by now.
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
            Unfinished.Remove(temporary);
        }
    }

    private static void RemoveUnfinished()
    {
        lock (Unfinished)
        {
            _isExiting = true;
            foreach (var temporary in Unfinished)
            {
                try
                {
                    File.Delete(temporary);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    // The others still go.
                }
            }
        }
    }
}
