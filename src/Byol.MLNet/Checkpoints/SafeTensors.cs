using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Byol.MLNet.Checkpoints;

/// <summary>A tensor with its name: what a safetensors file is made of.</summary>
internal sealed record NamedTensor(string Name, long[] Shape, float[] Values);

/// <summary>
/// Files in the safetensors format: the length of a JSON header, the header with each tensor's type, shape and place, then the values.
/// There is nothing in them that could be run.
/// </summary>
internal static class SafeTensors
{
    private const string Float32 = "F32";
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

    /// <exception cref="InvalidDataException">The file is damaged, or holds another type than F32.</exception>
    public static IReadOnlyDictionary<string, NamedTensor> Read(Stream stream)
    {
        try
        {
            Span<byte> length = stackalloc byte[LengthBytes];
            stream.ReadExactly(length);
            var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(length);
            if (headerLength > MaximumHeader)
            {
                throw new InvalidDataException("its header is too long");
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
                var count = entry.Shape.Aggregate(1L, (product, dimension) => checked(product * dimension));
                if (entry.Type != Float32 || entry.Offsets is not [var start, var end] || start != offset || end - start != sizeof(float) * count)
                {
                    throw new InvalidDataException($"its tensor '{name}' is not one of F32 values in their place");
                }
                var values = new float[count];
                stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
                tensors.Add(name, new NamedTensor(name, entry.Shape, values));
                offset = end;
            }
            return tensors;
        }
        catch (Exception exception) when (exception is EndOfStreamException or JsonException or OverflowException)
        {
            throw new InvalidDataException("it is cut off or not a safetensors file", exception);
        }
    }

    private sealed record Entry(
        [property: JsonPropertyName("dtype")] string Type,
        [property: JsonPropertyName("shape")] long[] Shape,
        [property: JsonPropertyName("data_offsets")] long[] Offsets);
}
