using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.ML.Data;

namespace Byol.MLNet.Embedding;

/// <summary>
/// Embeddings of pictures that were met before, found by what a picture is and never by where its row stood: by its
/// pixels; and, so that a later pass need not look at those, by the image object, whose pixels never change, or by the
/// file with its length and time of change. Safe for several threads.
/// </summary>
internal sealed class EmbeddingMemory(long maximumBytes)
{
    private const int FileEntryBytes = 64;

    private readonly ConcurrentDictionary<UInt128, float[]> _byPixels = [];
    private readonly ConcurrentDictionary<string, KnownFile> _byFile = [];
    private readonly ConditionalWeakTable<MLImage, float[]> _byImage = [];
    private long _bytes;

    public static UInt128 KeyOf(byte[] pixels) => BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(pixels));

    public float[]? Find(UInt128 pixels) => _byPixels.GetValueOrDefault(pixels);

    public float[]? Find(MLImage image) => _byImage.TryGetValue(image, out var embedding) ? embedding : null;

    public float[]? Find(FileStamp file) =>
        _byFile.TryGetValue(file.Path, out var known) && known.Stamp == file ? known.Embedding : null;

    /// <summary>
    /// Keeps an embedding where there is room; returns the one that is kept, or null where there is none.
    /// </summary>
    public float[]? Keep(UInt128 pixels, float[] embedding)
    {
        if (_byPixels.TryGetValue(pixels, out var known))
        {
            return known;
        }
        return TryTake(sizeof(float) * embedding.Length) ? _byPixels.GetOrAdd(pixels, embedding) : null;
    }

    /// <summary>Lets a kept embedding be found by the image object.</summary>
    public void Link(MLImage image, float[] kept) => _byImage.AddOrUpdate(image, kept);

    /// <summary>Lets a kept embedding be found by the file, as long as that is what it was.</summary>
    public void Link(FileStamp file, float[] kept)
    {
        // A file that has just been written may be written again within the same tick of the file system's clock.
        if (file.IsSettled
            && (_byFile.ContainsKey(file.Path) || TryTake(FileEntryBytes + sizeof(char) * file.Path.Length)))
        {
            _byFile[file.Path] = new KnownFile(file, kept);
        }
    }

    private bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= maximumBytes)
        {
            return true;
        }
        Interlocked.Add(ref _bytes, -bytes);
        return false;
    }

    private sealed record KnownFile(FileStamp Stamp, float[] Embedding);
}
