using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Byol.Cli.Data;

/// <summary>What a file is by its content, whatever its name says.</summary>
/// <param name="Kind">Null for an image that the decoder reads.</param>
/// <param name="Reason">Why it is none; for another type that type's usual ending.</param>
internal sealed record FileContent(SkippedKind? Kind, string Reason)
{
    private const int HeaderBytes = 32;

    // What is no image under such a name was meant to be one.
    private static readonly HashSet<string> ImageEndings =
        new(
            [".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".gif", ".webp"],
            StringComparer.OrdinalIgnoreCase);

    /// <summary>How an image file begins, read in passing.</summary>
    public FileBeginning Beginning { get; init; }

    public static FileContent Of(FileInfo file)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FileBeginning.MostBytes);
        try
        {
            // Before it is opened: a pipe, which has no length, would be waited for.
            if (file.Length == 0)
            {
                return NoImage(file, "the file is empty");
            }
            using var handle = File.OpenHandle(file.FullName);
            var length = RandomAccess.GetLength(handle);
            var beginning = buffer.AsSpan(0, (int)Math.Min(length, FileBeginning.MostBytes));
            beginning = beginning[..Read(handle, beginning)];
            var header = beginning[..Math.Min(beginning.Length, HeaderBytes)];
            return IsImage(header) ? new(null, "") { Beginning = FileBeginning.Of(length, beginning) }
                : ForeignEnding(header) is { } ending ? new FileContent(SkippedKind.OtherType, ending)
                : NoImage(file, "the file is not an image that can be decoded");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new FileContent(
                SkippedKind.Unreadable,
                exception is UnauthorizedAccessException ? "there is no permission to read it" : exception.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // A file system may give less than was asked for.
    private static int Read(SafeFileHandle handle, Span<byte> buffer)
    {
        var count = 0;
        while (count < buffer.Length && RandomAccess.Read(handle, buffer[count..], count) is > 0 and var read)
        {
            count += read;
        }
        return count;
    }

    private static FileContent NoImage(FileInfo file, string reason) =>
        ImageEndings.Contains(file.Extension)
            ? new(SkippedKind.Unreadable, reason)
            : new(SkippedKind.OtherType, file.Extension.ToLowerInvariant());

    private static bool IsImage(ReadOnlySpan<byte> header) =>
        header.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10])
        || header.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])
        || header.StartsWith("GIF87a"u8) || header.StartsWith("GIF89a"u8)
        || header.StartsWith("RIFF"u8) && header.Length >= 12 && header[8..].StartsWith("WEBP"u8)
        || IsBitmap(header);

    // Two letters are little, so the size of the header that follows has to be one of Windows' or OS/2's.
    private static bool IsBitmap(ReadOnlySpan<byte> header) =>
        header.StartsWith("BM"u8) && header.Length >= 18
            && BinaryPrimitives.ReadInt32LittleEndian(header[14..]) is 12 or 16 or 40 or 52 or 56 or 64 or 108 or 124;

    private static string? ForeignEnding(ReadOnlySpan<byte> header)
    {
        if (header.Length >= 12 && header[4..].StartsWith("ftyp"u8))
        {
            return Encoding.ASCII.GetString(header[8..12]) switch
            {
                "heic" or "heix" or "hevc" or "heim" or "heis" or "mif1" or "msf1" => ".heic",
                "avif" or "avis" => ".avif",
                _ => ".mp4",
            };
        }
        return header switch
        {
            _ when header.StartsWith("II*\0"u8) || header.StartsWith("MM\0*"u8) => ".tif",
            _ when header.StartsWith("%PDF"u8) => ".pdf",
            _ when header.StartsWith("8BPS"u8) => ".psd",
            _ when header.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) || header.StartsWith(
                (ReadOnlySpan<byte>)[0, 0, 0, 12, (byte)'J', (byte)'X', (byte)'L', (byte)' ']) => ".jxl",
            _ when header.StartsWith(
                (ReadOnlySpan<byte>)[0, 0, 0, 12, (byte)'j', (byte)'P', (byte)' ', (byte)' ']) => ".jp2",
            _ => null,
        };
    }
}
