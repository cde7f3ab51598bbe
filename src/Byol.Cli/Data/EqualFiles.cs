using System.Security.Cryptography;

namespace Byol.Cli.Data;

/// <summary>Files of the same bytes. Only what has the same length, and then the same beginning, is read.</summary>
internal static class EqualFiles
{
    private const int BeginningBytes = 16 << 10;

    /// <summary>How many of the files repeat an earlier one.</summary>
    public static int CountRepeated(IReadOnlyList<string> files, CancellationToken cancellation)
    {
        string[][] groups = [.. Groups(files.GroupBy(file => new FileInfo(file).Length))];
        groups = [.. groups.SelectMany(group => Groups(Hashed(group, BeginningBytes, cancellation)))];
        return groups
            .SelectMany(group => new FileInfo(group[0]).Length <= BeginningBytes
                ? [group]
                : Groups(Hashed(group, long.MaxValue, cancellation)))
            .Sum(group => group.Length - 1);
    }

    /// <summary>The hash of a file's bytes; of one that cannot be read, nothing that another has.</summary>
    public static string Hash(string file, long bytes = long.MaxValue)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (bytes == long.MaxValue)
            {
                return Convert.ToHexString(SHA256.HashData(stream));
            }
            var beginning = new byte[Math.Min(bytes, stream.Length)];
            var read = stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
            return Convert.ToHexString(SHA256.HashData(beginning.AsSpan(0, read)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return file;
        }
    }

    private static IEnumerable<IGrouping<string, string>> Hashed(
        string[] files, long bytes, CancellationToken cancellation) =>
        files.AsParallel()
            .AsOrdered()
            .WithCancellation(cancellation)
            .Select(file => (file, hash: Hash(file, bytes)))
            .ToArray()
            .GroupBy(pair => pair.hash, pair => pair.file);

    private static IEnumerable<string[]> Groups<TKey>(IEnumerable<IGrouping<TKey, string>> groups) =>
        groups.Select(group => group.ToArray()).Where(group => group.Length > 1);
}
