using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Byol.Cli.Data;

/// <summary>How a file begins: its length and a hash of its first bytes.</summary>
internal readonly record struct FileBeginning(long Length, UInt128 Hash)
{
    public const int MostBytes = 16 << 10;

    public static FileBeginning Of(long length, ReadOnlySpan<byte> beginning)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(beginning, hash);
        return new FileBeginning(length, BinaryPrimitives.ReadUInt128LittleEndian(hash));
    }
}

/// <summary>Files of the same bytes. Only what has the same length and the same beginning is read whole.</summary>
internal static class EqualFiles
{
    /// <summary>How many of the files repeat an earlier one.</summary>
    public static int CountRepeated(
        IEnumerable<(string File, FileBeginning Beginning)> files, CancellationToken cancellation)
    {
        var alike = files.GroupBy(file => file.Beginning).Where(group => group.Skip(1).Any()).ToList();
        var whole = alike.Where(group => group.Key.Length <= FileBeginning.MostBytes).Sum(group => group.Count() - 1);
        var longer = alike.Where(group => group.Key.Length > FileBeginning.MostBytes)
            .SelectMany(group => group)
            .ToList();
        return whole + longer.Count - longer.AsParallel()
            .WithCancellation(cancellation)
            .Select(file => (file.Beginning, Hash(file.File)))
            .Distinct()
            .Count();
    }

    /// <summary>The hash of a file's bytes; of one that cannot be read, nothing that another has.</summary>
    public static string Hash(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return Convert.ToHexString(SHA256.HashData(stream));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return file;
        }
    }
}
