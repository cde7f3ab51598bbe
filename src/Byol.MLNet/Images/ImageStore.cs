namespace Byol.MLNet.Images;

/// <summary>
/// The training images, K×K planar RGB bytes each: in memory, or all in a mapped file once they take more bytes than
/// allowed.
/// Images are added first and read afterwards.
/// </summary>
internal sealed class ImageStore(int side, long maximumBytes) : IDisposable
{
    private readonly List<byte[]> _images = [];
    private PixelFile? _file;

    /// <summary>K.</summary>
    public int Side { get; } = side;

    public int Count { get; private set; }

    public bool IsInFile => _file is not null;

    public ReadOnlySpan<byte> this[int index] => _file is null ? _images[index] : _file[index];

    /// <exception cref="IOException">The images take more than the allowed memory, and the temporary file cannot be
    /// written.</exception>
    public void Add(byte[] pixels)
    {
        if (_file is null && (Count + 1L) * pixels.Length > maximumBytes)
        {
            MoveToFile(pixels.Length);
        }
        if (_file is null)
        {
            _images.Add(pixels);
        }
        else
        {
            _file.Append(pixels);
        }
        Count++;
    }

    /// <summary>Ends the adding.</summary>
    public void Complete() => _file?.Map();

    public void Dispose() => _file?.Dispose();

    private void MoveToFile(int pictureBytes)
    {
        _file = new PixelFile(pictureBytes);
        foreach (var image in _images)
        {
            _file.Append(image);
        }
        _images.Clear();
        _images.TrimExcess();
    }
}
