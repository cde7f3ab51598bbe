using System.Runtime.InteropServices;

namespace Byol.MLNet.Weights;

/// <summary>Floating-point numbers of other formats as fp32.</summary>
internal static class FloatConversion
{
    /// <summary>The values of little-endian bytes of a safetensors type; null where that is not one of floating-point numbers.</summary>
    public static float[]? ToFloat32(string type, ReadOnlySpan<byte> bytes) => type switch
    {
        "F32" => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
        "F64" => Convert<double>(bytes, value => (float)value),
        "F16" => Convert<Half>(bytes, value => (float)value),
        "BF16" => Convert<ushort>(bytes, value => BitConverter.UInt32BitsToSingle((uint)value << 16)),
        _ => null,
    };

    private static float[] Convert<T>(ReadOnlySpan<byte> bytes, Func<T, float> convert)
        where T : unmanaged
    {
        var values = MemoryMarshal.Cast<byte, T>(bytes);
        var converted = new float[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            converted[i] = convert(values[i]);
        }
        return converted;
    }
}
