using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Byol.Fuzzing.Seeds;

/// <summary>Writes PNG files of every colour type.</summary>
internal static class PngFile
{
    private const uint Polynomial = 0xedb88320;

    public static ReadOnlySpan<byte> Signature =>
        [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n'];

    /// <param name="colourType">0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA.</param>
    /// <param name="depth">Bits of a sample: 8 or 16.</param>
    /// <param name="side">Width and height in pixels.</param>
    public static byte[] Create(int colourType, int depth, int side)
    {
        var samples = colourType switch { 0 or 3 => 1, 4 => 2, 2 => 3, _ => 4 };
        byte[] header = [.. BigEndian(side), .. BigEndian(side), (byte)depth, (byte)colourType, 0, 0, 0];
        var palette = colourType == 3
            ? [("PLTE", [.. Enumerable.Range(0, 3 * 256).Select(i => (byte)(i * 5))])]
            : Array.Empty<(string, byte[])>();
        using var pixels = new MemoryStream();
        using (var compressed = new ZLibStream(pixels, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var row = 0; row < side; row++)
            {
                compressed.WriteByte(0);
                var bytes = side * samples * depth / 8;
                compressed.Write([.. Enumerable.Range(0, bytes).Select(i => (byte)(i * 7 + row * row))]);
            }
        }
        return Write([("IHDR", header), .. palette, ("IDAT", pixels.ToArray()), ("IEND", [])]);
    }

    public static byte[] Write(IEnumerable<(string Name, byte[] Data)> chunks)
    {
        var file = new List<byte>([.. Signature]);
        foreach (var (name, data) in chunks)
        {
            byte[] named = [.. Encoding.ASCII.GetBytes(name), .. data];
            file.AddRange([.. BigEndian(data.Length), .. named, .. BigEndian((int)Checksum(named))]);
        }
        return [.. file];
    }

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static uint Checksum(byte[] bytes)
    {
        var checksum = uint.MaxValue;
        foreach (var value in bytes)
        {
            checksum ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                checksum = (checksum & 1) == 0 ? checksum >> 1 : (checksum >> 1) ^ Polynomial;
            }
        }
        return ~checksum;
    }
}
