using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Byol.MLNet.Weights;

/// <summary>A tensor with its name: what a safetensors file is made of.</summary>
internal sealed record NamedTensor(string Name, long[] Shape, float[] Values);

/// <summary>
/// Files in the safetensors format: the length of a JSON header, the header with each tensor's type, shape and place, then the values.
/// There is nothing in them that could be run.
/// </summary>
internal static class SafeTensors
{
    private const string Float32 = "F32";
    private const int MaximumElementBytes = 8;
    private const int LengthBytes = sizeof(ulong);
    private const int MaximumHeader = 100_000_000;

    public static void Write(Stream stream, IReadOnlyList<NamedTensor> tensors)
    {
        var header = new Dictionary<string, Entry>();
        var offset = 0L;
        foreach (var tensor in tensors)
        {
            var end = offset + sizeof(float) * (long)tensor.Values.Length;
            header.Add(tensor.Name, new Entry(Float32, tensor.Shape, [offset, end]));
            offset = end;
        }
        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        stream.Write(length);
        stream.Write(json);
        foreach (var tensor in tensors)
        {
            stream.Write(MemoryMarshal.AsBytes<float>(tensor.Values));
        }
    }

    /// <summary>All tensors of floating-point numbers, as fp32; others, such as counters, are left out.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static IReadOnlyDictionary<string, NamedTensor> Read(Stream stream)
    {
        try
        {
            Span<byte> length = stackalloc byte[LengthBytes];
            stream.ReadExactly(length);
            var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(length);
            if (headerLength > MaximumHeader)
            {
                throw new InvalidDataException("it is not a safetensors file");
            }
            var json = new byte[headerLength];
            stream.ReadExactly(json);
            var header = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;
            header.Remove("__metadata__");
            var entries = header.Select(pair => (Name: pair.Key, Entry: pair.Value.Deserialize<Entry>()!)).OrderBy(pair => pair.Entry.Offsets[0]);
            var tensors = new Dictionary<string, NamedTensor>();
            var offset = 0L;
            foreach (var (name, entry) in entries)
            {
                var bytes = ReadBytes(stream, name, entry, offset);
                if (FloatConversion.ToFloat32(entry.Type, bytes) is { } values)
                {
                    if (values.Length != Count(entry))
                    {
                        throw new InvalidDataException($"its tensor '{name}' has {values.Length} values for its shape of {Count(entry)}");
                    }
                    tensors.Add(name, new NamedTensor(name, entry.Shape, values));
                }
                offset = entry.Offsets[1];
            }
            return tensors;
        }
        catch (Exception exception) when (exception is EndOfStreamException or JsonException or OverflowException)
        {
            throw new InvalidDataException("it is cut off, or not a safetensors file", exception);
        }
    }

    private static byte[] ReadBytes(Stream stream, string name, Entry entry, long offset)
    {
        if (entry.Offsets is not [var start, var end] || start != offset || end < start || end - start > checked(Count(entry) * MaximumElementBytes))
        {
            throw new InvalidDataException($"its tensor '{name}' is not in its place");
        }
        var bytes = new byte[end - start];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static long Count(Entry entry) => entry.Shape.Aggregate(1L, (product, dimension) => checked(product * dimension));

    private sealed record Entry(
        [property: JsonPropertyName("dtype")] string Type,
        [property: JsonPropertyName("shape")] long[] Shape,
        [property: JsonPropertyName("data_offsets")] long[] Offsets);
}
