using Byol.MLNet.Foundation;

namespace Byol.MLNet.Pretraining.Checkpoints;

/// <summary>Keeps other runs out of a checkpoint folder, in this process and in others; it dies with the
/// process.</summary>
internal sealed class CheckpointLock : IDisposable
{
    private const string Name = ".lock";

    private readonly string _folder;
    private readonly bool _isNewFolder;
    private readonly FileStream _file;

    private CheckpointLock(string folder, bool isNewFolder, FileStream file)
    {
        _folder = folder;
        _isNewFolder = isNewFolder;
        _file = file;
    }

    /// <exception cref="InvalidOperationException">Another run has the folder.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static CheckpointLock Take(string folder)
    {
        var isNew = !Directory.Exists(folder);
        try
        {
            Directory.CreateDirectory(folder);
            OutputPaths.Probe(folder);
        }
        catch (Exception exception) when (OutputPaths.IsPathError(exception))
        {
            throw new IOException(
                $"{nameof(ByolOptions.CheckpointDirectory)} is '{folder}', where no file can be written: "
                + $"{exception.Message}",
                exception);
        }
        try
        {
            var path = Path.Combine(folder, Name);
            return new CheckpointLock(
                folder, isNew, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                $"Another run is writing its checkpoints to '{folder}'; wait until it ends, or set "
                + $"{nameof(ByolOptions.CheckpointDirectory)} to another folder.",
                exception);
        }
    }

    /// <summary>Lets others in. A folder that was made for the run and holds nothing is removed.</summary>
    public void Dispose()
    {
        try
        {
            _file.Dispose();
            File.Delete(_file.Name);
            if (_isNewFolder && !Directory.EnumerateFileSystemEntries(_folder).Any())
            {
                Directory.Delete(_folder);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another run has the folder already, or it is gone.
        }
    }
}
