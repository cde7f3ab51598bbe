using System.IO.Compression;
using Byol.MLNet.Foundation;

namespace Byol.MLNet.Weights;

/// <summary>
/// The entries of a PyTorch file, each read once. PyTorch does not compress them, so that all of them together are no
/// longer than the file; a zip that claims more is made to take memory.
/// </summary>
internal sealed class PickledStorages(long fileLength)
{
    private readonly Dictionary<(ZipArchiveEntry Entry, string Type), float[]> _numbers = [];
    private long _read;

    /// <exception cref="InvalidDataException">The entry is compressed, larger than that, or cut off.</exception>
    public byte[] Bytes(ZipArchiveEntry entry, long maximum)
    {
        var bytes = new byte[Take(entry, maximum)];
        Open(entry, stream =>
        {
            stream.ReadExactly(bytes);
            return bytes;
        });
        return bytes;
    }

    /// <summary>The numbers of a storage of floating-point numbers.</summary>
    /// <exception cref="InvalidDataException">The entry is compressed, larger than an array can be, or cut
    /// off.</exception>
    public float[] Numbers(ZipArchiveEntry entry, string type)
    {
        if (!_numbers.TryGetValue((entry, type), out var numbers))
        {
            var count = Take(entry, Array.MaxLength) / FloatConversion.ElementBytes(type)!.Value;
            numbers = Open(entry, stream => FloatConversion.Read(stream, type, (int)count));
            _numbers.Add((entry, type), numbers);
        }
        return numbers;
    }

    private long Take(ZipArchiveEntry entry, long maximum)
    {
        var name = FileText.Show(entry.FullName);
        if (entry.CompressedLength != entry.Length)
        {
            throw new InvalidDataException($"its entry '{name}' is compressed, which PyTorch's are not");
        }
        if (entry.Length < 0 || entry.Length > maximum || entry.Length > fileLength - _read)
        {
            throw new InvalidDataException($"its entry '{name}' is too large");
        }
        _read += entry.Length;
        return entry.Length;
    }

    private static T Open<T>(ZipArchiveEntry entry, Func<Stream, T> read)
    {
        try
        {
            using var stream = entry.Open();
            return read(stream);
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException($"its entry '{FileText.Show(entry.FullName)}' is cut off", exception);
        }
    }
}
