using System.IO.MemoryMappedFiles;

namespace Byol.MLNet.Images;

/// <summary>
/// Pictures of one size in a temporary file that is mapped into memory, so that the system decides how much of them
/// stays there.
/// The file is gone when this is disposed, or the process ends.
/// </summary>
internal sealed unsafe class PixelFile : IDisposable
{
    private readonly int _pictureBytes;
    private readonly string _path;
    private readonly FileStream _file;
    private MemoryMappedFile? _map;
    private MemoryMappedViewAccessor? _view;
    private byte* _pixels;

    /// <exception cref="IOException">The file cannot be made; the message names it.</exception>
    public PixelFile(int pictureBytes)
    {
        _pictureBytes = pictureBytes;
        _path = Path.Combine(Path.GetTempPath(), $"byol-images-{Guid.NewGuid():N}.tmp");
        _file = Guard(() => new FileStream(
            _path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose));
        if (!OperatingSystem.IsWindows())
        {
            // Nameless from now on, so that nothing stays behind even if the process is killed.
            File.Delete(_path);
        }
    }

    /// <summary>Only after <see cref="Map"/>.</summary>
    public ReadOnlySpan<byte> this[int index] => new(_pixels + (long)index * _pictureBytes, _pictureBytes);

    /// <exception cref="IOException">The disk is full; the message names the file.</exception>
    public void Append(ReadOnlySpan<byte> picture)
    {
        try
        {
            _file.Write(picture);
        }
        catch (IOException exception)
        {
            throw Failed(exception);
        }
    }

    /// <summary>Ends the writing and makes the pictures readable.</summary>
    public void Map() => Guard(() =>
    {
        _file.Flush();
        _map = MemoryMappedFile.CreateFromFile(
            _file, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _pixels);
        return _view;
    });

    public void Dispose()
    {
        if (_pixels != null)
        {
            _view!.SafeMemoryMappedViewHandle.ReleasePointer();
            _pixels = null;
        }
        _view?.Dispose();
        _map?.Dispose();
        _file.Dispose();
    }

    private T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failed(exception);
        }
    }

    private IOException Failed(Exception exception) => new(
        $"The training images do not fit in {nameof(ByolOptions.ImageMemoryBytes)}, "
        + $"and the temporary file '{_path}' for them cannot be used: {exception.Message}",
        exception);
}
