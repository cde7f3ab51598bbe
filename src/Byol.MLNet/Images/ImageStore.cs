namespace Byol.MLNet.Images;

/// <summary>The training images in memory: K×K planar RGB bytes each.</summary>
internal sealed class ImageStore(int side)
{
    private readonly List<byte[]> _images = [];

    /// <summary>K.</summary>
    public int Side { get; } = side;

    public int Count => _images.Count;

    public ReadOnlySpan<byte> this[int index] => _images[index];

    public void Add(byte[] pixels) => _images.Add(pixels);
}
