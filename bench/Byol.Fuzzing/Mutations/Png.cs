using System.Buffers.Binary;
using System.Text;
using Byol.Fuzzing.Seeds;

namespace Byol.Fuzzing.Mutations;

/// <summary>Damage to a PNG whose chunks keep their lengths and checksums, so that decoders get past them.</summary>
internal static class Png
{
    private static readonly int[] Sides = [0, 1, 3, 255, 8192, 25_000, 60_000, 120_000, int.MaxValue, -1];

    public static byte[] Damage(byte[] file, Random random)
    {
        var chunks = Chunks(file);
        var index = random.Next(chunks.Count);
        var (name, data) = chunks[index];
        switch (random.Next(5))
        {
            case 0:
                chunks.RemoveAt(index);
                break;
            case 1:
                chunks.Insert(random.Next(chunks.Count), chunks[index]);
                break;
            case 2:
                chunks[index] = (name, Bytes.Damage(data, data, random));
                break;
            default:
                var header = (byte[])chunks[0].Data.Clone();
                if (random.Next(3) > 0)
                {
                    var side = Sides[random.Next(Sides.Length)];
                    BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 * random.Next(2)), side);
                }
                else
                {
                    header[random.Next(8, header.Length)] = (byte)random.Next(20);
                }
                chunks[0] = (chunks[0].Name, header);
                break;
        }
        return PngFile.Write(chunks);
    }

    private static List<(string Name, byte[] Data)> Chunks(byte[] file)
    {
        var chunks = new List<(string Name, byte[] Data)>();
        for (var at = PngFile.Signature.Length; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            chunks.Add((Encoding.ASCII.GetString(file, at + 4, 4), file[(at + 8)..(at + 8 + length)]));
            at += length + 12;
        }
        return chunks;
    }
}
