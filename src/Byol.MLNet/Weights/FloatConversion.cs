using System.Runtime.InteropServices;

namespace Byol.MLNet.Weights;

/// <summary>Floating-point numbers of other formats as fp32.</summary>
internal static class FloatConversion
{
    private const int ChunkBytes = 1 << 16;

    /// <summary>
    /// Bytes of a number of a safetensors type; null where that is not one of floating-point numbers.
    /// </summary>
    public static int? ElementBytes(string type) => type switch
    {
        "F32" => sizeof(float),
        "F64" => sizeof(double),
        "F16" or "BF16" => sizeof(ushort),
        _ => null,
    };

    /// <summary>
    /// The next numbers of a stream, little-endian, of one of the types that <see cref="ElementBytes"/> knows.
    /// </summary>
    /// <exception cref="EndOfStreamException">There are not so many.</exception>
    public static float[] Read(Stream stream, string type, int count)
    {
        var values = new float[count];
        if (type == "F32")
        {
            stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }
        var size = ElementBytes(type)!.Value;
        var chunk = new byte[(int)Math.Min((long)count * size, ChunkBytes)];
        for (var done = 0; done < count;)
        {
            var next = Math.Min(chunk.Length / size, count - done);
            stream.ReadExactly(chunk, 0, next * size);
            Convert(type, chunk.AsSpan(0, next * size), values.AsSpan(done, next));
            done += next;
        }
        return values;
    }

    private static void Convert(string type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (type)
        {
            case "F64":
                Convert<double>(bytes, values, value => (float)value);
                break;
            case "F16":
                Convert<Half>(bytes, values, value => (float)value);
                break;
            default:
                Convert<ushort>(bytes, values, value => BitConverter.UInt32BitsToSingle((uint)value << 16));
                break;
        }
    }

    private static void Convert<T>(ReadOnlySpan<byte> bytes, Span<float> values, Func<T, float> convert)
        where T : unmanaged
    {
        var numbers = MemoryMarshal.Cast<byte, T>(bytes);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = convert(numbers[i]);
        }
    }
}
