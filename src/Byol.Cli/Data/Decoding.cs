using Byol.MLNet;
using Byol.MLNet.Images;

namespace Byol.Cli.Data;

/// <summary>What the library's decoder says of a file.</summary>
internal static class Decoding
{
    private static readonly ImageDecoder Decoder = new(new ByolEmbeddingOptions().MaxImagePixels, minimumSide: 1);

    /// <summary>Why the image cannot be read; null where it can.</summary>
    public static string? Error(string image)
    {
        using var decoded = Decoder.Decode(image, out var error);
        return error;
    }
}
