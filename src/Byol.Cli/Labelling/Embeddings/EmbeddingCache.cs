using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Byol.MLNet.Embedding;
using Byol.MLNet.Foundation;

namespace Byol.Cli.Labelling.Embeddings;

/// <summary>
/// Embeddings of a former run in a file: each is good for the same encoder and the same file, as its length and time of
/// change tell. A file that is not whole is none.
/// </summary>
internal sealed class EmbeddingCache
{
    private static readonly byte[] Magic = "byol-embeddings-2\n"u8.ToArray();

    private readonly string _file;
    private readonly string _folder;
    private readonly byte[] _encoder;
    private readonly int _dimension;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private bool _isChanged;

    /// <param name="file">The file.</param>
    /// <param name="folder">The folder of the images.</param>
    /// <param name="encoder">The digest of the encoder.</param>
    /// <param name="dimension">How many values an embedding has.</param>
    public EmbeddingCache(string file, string folder, byte[] encoder, int dimension)
    {
        (_file, _folder, _encoder, _dimension) = (file, folder, encoder, dimension);
        try
        {
            using var stream = File.OpenRead(file);
            if (IsWhole(stream))
            {
                Read(new BinaryReader(stream));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Without a cache all is embedded.
        }
        _isChanged = FormerFolder != folder;
    }

    /// <summary>The folder that the former run had; null where there was none.</summary>
    public string? FormerFolder { get; private set; }

    /// <summary>The embedding of a file as it stands; null where there is none.</summary>
    public float[]? Find(string path, FileStamp? stamp) =>
        stamp is { } now
        && _entries.TryGetValue(path, out var entry)
        && entry.Length == now.Length
        && entry.Changed == now.Changed.Ticks ? entry.Embedding : null;

    /// <summary>Keeps an embedding. A file that was changed just now may be changed again in the same tick of its
    /// clock.</summary>
    public void Keep(string path, FileStamp? stamp, float[] embedding)
    {
        if (stamp is { IsSettled: true } settled)
        {
            _entries[path] = new Entry(settled.Length, settled.Changed.Ticks, embedding);
            _isChanged = true;
        }
    }

    /// <summary>Writes what is new, for the next run.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save()
    {
        if (!_isChanged)
        {
            return;
        }
        AtomicFile.Write(_file, stream =>
        {
            using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
            {
                writer.Write(Magic);
                writer.Write(_folder);
                writer.Write(_encoder);
                writer.Write(_dimension);
                writer.Write(_entries.Count);
                foreach (var (path, entry) in _entries)
                {
                    writer.Write(path);
                    writer.Write(entry.Length);
                    writer.Write(entry.Changed);
                    writer.Write(MemoryMarshal.AsBytes(entry.Embedding.AsSpan()));
                }
            }
            stream.Position = 0;
            stream.Write(SHA256.HashData(stream));
        });
    }

    private static bool IsWhole(FileStream stream)
    {
        var length = stream.Length - SHA256.HashSizeInBytes;
        if (length < Magic.Length)
        {
            return false;
        }
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        while (stream.Position < length)
        {
            hash.AppendData(buffer, 0, stream.Read(buffer, 0, (int)Math.Min(buffer.Length, length - stream.Position)));
        }
        var written = new byte[SHA256.HashSizeInBytes];
        stream.ReadExactly(written);
        stream.Position = 0;
        return hash.GetHashAndReset().AsSpan().SequenceEqual(written);
    }

    private void Read(BinaryReader reader)
    {
        if (!reader.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic))
        {
            return;
        }
        FormerFolder = reader.ReadString();
        if (!reader.ReadBytes(_encoder.Length).AsSpan().SequenceEqual(_encoder) || reader.ReadInt32() != _dimension)
        {
            return;
        }
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var (path, length, changed) = (reader.ReadString(), reader.ReadInt64(), reader.ReadInt64());
            var embedding = new float[_dimension];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(embedding.AsSpan()));
            _entries[path] = new Entry(length, changed, embedding);
        }
    }

    private sealed record Entry(long Length, long Changed, float[] Embedding);
}
