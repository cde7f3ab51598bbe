using Microsoft.Extensions.Caching.Memory;

namespace Byol.Cli.Labelling.Pictures;

/// <summary>Small pictures of images; those that were shown lately stay in memory.</summary>
internal sealed class Thumbnails : IDisposable
{
    private const int Side = 128;
    private const long MemoryBytes = 64L << 20;

    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = MemoryBytes });

    /// <exception cref="InvalidDataException">The file cannot be read as an image; the message says why.</exception>
    public Thumbnail Of(string file) => _cache.GetOrCreate(file, entry =>
    {
        var thumbnail = Thumbnail.Of(file, Side);
        entry.Size = thumbnail.Bytes.Length;
        return thumbnail;
    })!;

    public void Dispose() => _cache.Dispose();
}
