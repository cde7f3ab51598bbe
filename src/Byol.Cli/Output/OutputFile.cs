using Byol.Cli.Commands;
using Byol.MLNet.Foundation;

namespace Byol.Cli.Output;

/// <summary>Checks, before the work begins, that what a command writes in the end can be written.</summary>
internal static class OutputFile
{
    /// <summary>Fails early where the file could not be written in the end; null asks for none.</summary>
    /// <param name="file">The file.</param>
    /// <param name="bytes">About how much it will hold, where that is known.</param>
    /// <exception cref="IOException">The folder does not exist, cannot be written to, or has no room.</exception>
    public static void RequireWritable(FileInfo? file, long bytes = 0)
    {
        if (file is null)
        {
            return;
        }
        try
        {
            var target = OutputTarget.Of(file.FullName);
            if (target.IsStandardOutput)
            {
                Messages.LeaveStandardOutput();
            }
            if (!target.IsInPlace)
            {
                RequireWritable(new FileInfo(target.Path), bytes, file);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"'{file}' cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Fails early where one of the files could not be written, or would replace another or what is read.
    /// </summary>
    /// <param name="outputs">Options with the files that they name.</param>
    /// <param name="inputs">Options with the files that are read.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UsageException">Two options name the same file.</exception>
    public static void RequireWritable(
        IReadOnlyList<(string Option, FileInfo? File)> outputs, params (string Option, FileInfo? File)[] inputs)
    {
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (option, file) in inputs)
        {
            if (file is not null)
            {
                named[OutputTarget.Of(file.FullName).Path] = option;
            }
        }
        foreach (var (option, file) in outputs)
        {
            RequireWritable(file);
            if (file is not null
                && OutputTarget.Of(file.FullName) is { IsInPlace: false, Path: var path }
                && !named.TryAdd(path, option))
            {
                throw new UsageException($"{option} and {named[path]} name the same file, '{file}'.");
            }
        }
    }

    /// <summary>
    /// Fails early where no files could be written into the folder, which need not exist; null asks for none.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be made or written to.</exception>
    public static void RequireFolder(string? path)
    {
        if (string.IsNullOrEmpty(path))
        {
            return;
        }
        var folder = new DirectoryInfo(path);
        try
        {
            while (!folder.Exists)
            {
                if (File.Exists(folder.FullName))
                {
                    throw new IOException($"'{folder.FullName}' is a file");
                }
                folder = folder.Parent ?? throw new IOException($"'{folder.FullName}' does not exist");
            }
            Probe(new FileInfo(Path.Combine(folder.FullName, "probe")));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The folder '{path}' cannot be written to: {exception.Message}", exception);
        }
    }

    /// <summary>Fails where the room that is left is too little.</summary>
    /// <exception cref="IOException">It is.</exception>
    public static void RequireRoom(string folder, long free, long bytes)
    {
        if (free < bytes)
        {
            throw new IOException($"'{folder}' has {free >> 20} MB left, and about {(bytes >> 20) + 1} MB are needed");
        }
    }

    private static void RequireWritable(FileInfo target, long bytes, FileInfo asked)
    {
        if (Directory.Exists(target.FullName))
        {
            throw new IOException("it is a folder; a file name is needed");
        }
        if (target.Directory is not { Exists: true } folder)
        {
            throw new IOException($"the folder '{target.DirectoryName}' does not exist");
        }
        Probe(target);
        if (bytes > 0)
        {
            RequireRoom(asked.DirectoryName!, new DriveInfo(folder.FullName).AvailableFreeSpace, bytes);
        }
    }

    private static void Probe(FileInfo file)
    {
        var probe = AtomicFile.TemporaryName(file.FullName);
        try
        {
            File.Create(probe).Dispose();
        }
        finally
        {
            File.Delete(probe);
        }
    }
}
