using System.IO.Compression;

namespace Byol.Fuzzing.Mutations;

/// <summary>Damage inside a zip that is itself sound, so that readers get to its entries.</summary>
internal static class Zip
{
    // Operations that weight files' pickles hold, and a few that they do not.
    private static readonly byte[] Operations =
        [.. "(0NKMJGX}])taesuqrhjcQRb."u8, 0x80, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x93, 0x94, 0x95];

    public static byte[] Damage(byte[] file, byte[] other, Random random)
    {
        var entries = Entries(file);
        var index = random.Next(entries.Count);
        var (name, bytes) = entries[index];
        switch (random.Next(8))
        {
            case 0:
                entries.RemoveAt(index);
                break;
            case 1:
                entries.Insert(random.Next(entries.Count), (name, bytes));
                break;
            case 2:
                entries[index] = (entries[random.Next(entries.Count)].Name, bytes);
                break;
            case 3:
                entries[index] = (name, Bytes.Damage(bytes, other, random));
                break;
            case 4:
                entries[0] = (entries[0].Name, Bytes.Damage(entries[0].Bytes, entries[0].Bytes, random));
                break;
            default:
                entries[0] = (entries[0].Name, DamagePickle(entries[0].Bytes, random));
                break;
        }
        return Write(entries, random.Next(10) == 0 ? CompressionLevel.Fastest : CompressionLevel.NoCompression);
    }

    private static byte[] DamagePickle(byte[] pickle, Random random)
    {
        var damaged = new List<byte>(pickle);
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var at = random.Next(damaged.Count);
            var operation = Operations[random.Next(Operations.Length)];
            switch (random.Next(3))
            {
                case 0:
                    damaged[at] = operation;
                    break;
                case 1:
                    damaged.Insert(at, operation);
                    break;
                default:
                    // What was remembered, once more.
                    damaged.InsertRange(at, [(byte)'h', (byte)random.Next(4)]);
                    break;
            }
        }
        return [.. damaged];
    }

    private static List<(string Name, byte[] Bytes)> Entries(byte[] file)
    {
        using var archive = new ZipArchive(new MemoryStream(file));
        return [.. archive.Entries.Select(entry =>
        {
            using var stream = entry.Open();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return (entry.FullName, bytes.ToArray());
        })];
    }

    private static byte[] Write(List<(string Name, byte[] Bytes)> entries, CompressionLevel level)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in entries)
            {
                using var stream = archive.CreateEntry(name, level).Open();
                stream.Write(bytes);
            }
        }
        return file.ToArray();
    }
}
