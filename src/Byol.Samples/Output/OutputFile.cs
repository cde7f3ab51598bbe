namespace Byol.Samples.Output;

/// <summary>Files that a command writes: checked before the work begins, written to a temporary name, then renamed.</summary>
internal static class OutputFile
{
    /// <summary>Fails early where the file could not be written in the end.</summary>
    /// <exception cref="IOException">The folder does not exist or cannot be written to.</exception>
    public static void RequireWritable(FileInfo? file)
    {
        if (file is null)
        {
            return;
        }
        if (Directory.Exists(file.FullName))
        {
            throw new IOException($"'{file}' is a folder; a file name is needed.");
        }
        if (file.Directory is not { Exists: true } folder)
        {
            throw new IOException($"'{file}' cannot be written: the folder '{file.DirectoryName}' does not exist.");
        }
        var probe = Temporary(folder, file);
        try
        {
            probe.Create().Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"'{file}' cannot be written: {exception.Message}", exception);
        }
        finally
        {
            probe.Delete();
        }
    }

    public static void Write(FileInfo file, Action<Stream> write)
    {
        var temporary = Temporary(file.Directory!, file);
        try
        {
            using (var stream = temporary.Create())
            {
                write(stream);
            }
            File.Move(temporary.FullName, file.FullName, overwrite: true);
        }
        finally
        {
            temporary.Delete();
        }
    }

    private static FileInfo Temporary(DirectoryInfo folder, FileInfo file) => new(Path.Combine(folder.FullName, $".{file.Name}.{Guid.NewGuid():N}.tmp"));
}
