using System.Buffers.Binary;
using System.Text;

namespace Byol.Fuzzing.Mutations;

/// <summary>Damage that knows nothing of a file's format.</summary>
internal static class Bytes
{
    private static readonly long[] Extremes =
    [
        0, 1, -1, 2, 255, 256, short.MaxValue, ushort.MaxValue, int.MaxValue, int.MinValue, uint.MaxValue,
        1_000_000_000, long.MaxValue, long.MinValue,
    ];

    private static readonly string[] Numbers =
    [
        "0", "-1", "1", "2147483647", "4294967296", "9223372036854775807", "99999999999999999999",
        "1e9", "1e400", "null", "NaN",
    ];

    /// <summary>The file with one to four kinds of damage; never the file itself.</summary>
    public static byte[] Damage(byte[] file, byte[] other, Random random)
    {
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            file = Once(file, other, random);
        }
        return file;
    }

    private static byte[] Once(byte[] file, byte[] other, Random random)
    {
        if (file.Length == 0)
        {
            return other;
        }
        var (from, to) = Range(file.Length, random);
        return random.Next(9) switch
        {
            0 => FlipBits(file, random),
            1 => file[..random.Next(file.Length)],
            2 => [.. file[..from], .. file[to..]],
            3 => [.. file[..to], .. file[from..]],
            4 => [.. file[..from], .. Part(other, random), .. file[to..]],
            5 => [.. file[..from], .. Noise(random), .. file[from..]],
            6 => ReplaceNumber(file, random),
            _ => WriteExtreme(file, random),
        };
    }

    private static (int From, int To) Range(int length, Random random)
    {
        var from = random.Next(length);
        // Short ones hit fields, long ones whole parts.
        var longest = random.Next(2) == 0 ? Math.Min(16, length - from) : length - from;
        return (from, from + random.Next(longest + 1));
    }

    private static byte[] Part(byte[] other, Random random)
    {
        if (other.Length == 0)
        {
            return other;
        }
        var (from, to) = Range(other.Length, random);
        return other[from..to];
    }

    private static byte[] Noise(Random random)
    {
        var noise = new byte[random.Next(1, 9)];
        random.NextBytes(noise);
        return noise;
    }

    private static byte[] FlipBits(byte[] file, Random random)
    {
        var flipped = (byte[])file.Clone();
        for (var i = random.Next(1, 9); i > 0; i--)
        {
            flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
        }
        return flipped;
    }

    // What may be a length or a count, in either order of bytes.
    private static byte[] WriteExtreme(byte[] file, Random random)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        var value = random.Next(4) == 0 ? file.Length + random.Next(-1, 2) : Extremes[random.Next(Extremes.Length)];
        var size = Math.Min(1 << random.Next(4), file.Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        bytes = bytes[..size];
        if (random.Next(2) == 0)
        {
            bytes.Reverse();
        }
        var written = (byte[])file.Clone();
        bytes.CopyTo(written.AsSpan(random.Next(file.Length - size + 1)));
        return written;
    }

    // A number in digits, which text and headers hold.
    private static byte[] ReplaceNumber(byte[] file, Random random)
    {
        var start = Array.FindIndex(file, random.Next(file.Length), value => char.IsAsciiDigit((char)value));
        if (start < 0)
        {
            return FlipBits(file, random);
        }
        var end = Array.FindIndex(file, start, value => !char.IsAsciiDigit((char)value));
        var number = Encoding.ASCII.GetBytes(Numbers[random.Next(Numbers.Length)]);
        return [.. file[..start], .. number, .. end < 0 ? [] : file[end..]];
    }
}
