using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Byol.MLNet.Foundation;

namespace Byol.MLNet.Weights;

/// <summary>A tensor with its name: what a safetensors file is made of.</summary>
internal sealed record NamedTensor(string Name, long[] Shape, float[] Values);

/// <summary>
/// Files in the safetensors format: the length of a JSON header, the header with each tensor's type, shape and place,
/// then the values.
/// There is nothing in them that could be run.
/// </summary>
internal static class SafeTensors
{
    private const string Float32 = "F32";
    private const int MaximumElementBytes = 8;
    private const string Metadata = "__metadata__";
    private const int LengthBytes = sizeof(ulong);
    private const int MaximumHeader = 100_000_000;

    /// <param name="stream">Where to.</param>
    /// <param name="tensors">What.</param>
    /// <param name="metadata">Texts about the tensors; null has none.</param>
    public static void Write(
        Stream stream, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var header = new Dictionary<string, object>();
        if (metadata is not null)
        {
            header.Add(Metadata, metadata);
        }
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
        var entries = ReadHeader(stream);
        var start = stream.Position;
        var length = stream.Length - start;
        var tensors = new Dictionary<string, NamedTensor>(entries.Count);
        var offset = 0L;
        foreach (var (name, entry) in entries.OrderBy(pair => pair.Value.Start).ThenBy(pair => pair.Value.End))
        {
            var count = RequirePlace(name, entry, offset, length);
            if (FloatConversion.ElementBytes(entry.Type) is not null)
            {
                stream.Position = start + offset;
                tensors.Add(name, new NamedTensor(name, entry.Shape, FloatConversion.Read(stream, entry.Type, count)));
            }
            offset = entry.End;
        }
        return offset == length
            ? tensors
            : throw new InvalidDataException($"it holds {length - offset} bytes after its tensors");
    }

    /// <summary>The texts about the tensors; empty where there are none.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(Stream stream)
    {
        try
        {
            using var header = JsonDocument.Parse(ReadJson(stream));
            return header.RootElement.TryGetProperty(Metadata, out var metadata)
                ? metadata.Deserialize<Dictionary<string, string>>(JsonFormat.Strict) ?? []
                : [];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("it is not a safetensors file, or its header is damaged", exception);
        }
    }

    private static Dictionary<string, Entry> ReadHeader(Stream stream)
    {
        try
        {
            return ReadEntries(ReadJson(stream));
        }
        // The latter for text that is not valid Unicode.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("it is not a safetensors file, or its header is damaged", exception);
        }
    }

    private static byte[] ReadJson(Stream stream)
    {
        Span<byte> length = stackalloc byte[LengthBytes];
        if (stream.ReadAtLeast(length, LengthBytes, throwOnEndOfStream: false) < LengthBytes
            || BinaryPrimitives.ReadUInt64LittleEndian(length) is var headerLength
                && headerLength > (ulong)Math.Min(MaximumHeader, stream.Length - LengthBytes))
        {
            throw new InvalidDataException("it is cut off, or not a safetensors file");
        }
        var json = new byte[BinaryPrimitives.ReadUInt64LittleEndian(length)];
        stream.ReadExactly(json);
        return json;
    }

    private static Dictionary<string, Entry> ReadEntries(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new InvalidDataException("its header has no entries");
        }
        var entries = new Dictionary<string, Entry>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (name == Metadata)
            {
                reader.Skip();
            }
            else if (!entries.TryAdd(name, ReadEntry(name, ref reader)))
            {
                throw new InvalidDataException($"two of its tensors are named '{FileText.Show(name)}'");
            }
        }
        // Nothing but white space may follow.
        reader.Read();
        return entries;
    }

    private static Entry ReadEntry(string name, ref Utf8JsonReader reader)
    {
        try
        {
            if (JsonSerializer.Deserialize<Entry>(ref reader, JsonFormat.Strict) is { Offsets.Length: 2 } entry)
            {
                return entry;
            }
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"its header's entry '{FileText.Show(name)}' is damaged", exception);
        }
        throw new InvalidDataException($"its header's entry '{FileText.Show(name)}' says no place");
    }

    // The number of values, once it is known that the file holds them.
    private static int RequirePlace(string name, Entry entry, long offset, long length)
    {
        if (entry.Start != offset || entry.End < offset)
        {
            throw new InvalidDataException($"its tensor '{FileText.Show(name)}' is not in its place");
        }
        if (entry.End > length)
        {
            throw new InvalidDataException(
                $"it is cut off: its tensor '{FileText.Show(name)}' ends at byte {entry.End} of {length}");
        }
        var bytes = entry.End - entry.Start;
        var count = TensorShape.Count(name, entry.Shape);
        var elementBytes = FloatConversion.ElementBytes(entry.Type);
        if (elementBytes is { } size
            ? count > bytes / size || count * size != bytes
            : bytes / MaximumElementBytes > count)
        {
            throw new InvalidDataException(
                $"its tensor '{FileText.Show(name)}' has {bytes / (elementBytes ?? 1)} values "
                + $"for its shape of {count}");
        }
        return elementBytes is null || count <= Array.MaxLength
            ? (int)Math.Min(count, Array.MaxLength)
            : throw new InvalidDataException(
                $"its tensor '{FileText.Show(name)}' has {count} values, more than an array holds");
    }

    private sealed record Entry(
        [property: JsonPropertyName("dtype")] string Type,
        [property: JsonPropertyName("shape")] long[] Shape,
        [property: JsonPropertyName("data_offsets")] long[] Offsets)
    {
        [JsonIgnore]
        public long Start => Offsets[0];

        [JsonIgnore]
        public long End => Offsets[1];
    }
}
