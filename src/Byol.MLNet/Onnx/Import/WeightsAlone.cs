using System.IO.Compression;

namespace Byol.MLNet.Onnx.Import;

/// <summary>Files of weights without the layers that they belong to: safetensors, and what torch.save writes.</summary>
internal static class WeightsAlone
{
    /// <exception cref="InvalidDataException">The file is one of them.</exception>
    public static void Refuse(ByolWeights weights)
    {
        using var stream = File.OpenRead(weights.Path);
        Span<byte> start = stackalloc byte[9];
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (IsOne(start[..length]))
        {
            throw new InvalidDataException(
                (IsPipeline(stream)
                    ? $"'{weights.Path}' is a saved pipeline of ML.NET, which predicts by itself"
                    : $"'{weights.Path}' holds weights alone")
                + "; it must be an ONNX file, which holds a network's layers too.");
        }
    }

    private static bool IsPipeline(Stream stream)
    {
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            return archive.Entries.Any(entry => entry.FullName.Replace('\\', '/').StartsWith(
                "TrainingInfo/", StringComparison.Ordinal));
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    // A zip archive, a bare pickle, or a header's length and its bracket.
    private static bool IsOne(ReadOnlySpan<byte> start) =>
        start.StartsWith("PK"u8) || start is [0x80, >= 2 and <= 5, ..] or [_, _, _, _, _, _, _, _, (byte)'{'];
}
