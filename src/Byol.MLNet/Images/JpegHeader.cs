using System.Buffers.Binary;

namespace Byol.MLNet.Images;

/// <summary>What a JPEG file says of itself before its picture data.</summary>
internal static class JpegHeader
{
    private const byte MarkerStart = 0xFF;
    private const byte ProgressiveFrame = 0xC2;
    private const byte StartOfScan = 0xDA;

    /// <summary>
    /// Whether the picture is stored as passes over all of it, so that a decoder holds all of it at once.
    /// </summary>
    public static bool IsProgressive(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> segment = stackalloc byte[4];
        file.Position = 2;
        while (file.ReadAtLeast(segment, segment.Length, throwOnEndOfStream: false) == segment.Length
            && segment[0] == MarkerStart)
        {
            if (segment[1] is ProgressiveFrame or StartOfScan)
            {
                return segment[1] == ProgressiveFrame;
            }
            file.Position += BinaryPrimitives.ReadUInt16BigEndian(segment[2..]) - 2;
        }
        return false;
    }
}
