using System.Globalization;
using Microsoft.ML.Data;
using SkiaSharp;

namespace Byol.MLNet.Images;

/// <summary>
/// Reads an image file to the pixels that ML.NET's LoadImages gives, but says what is wrong where LoadImages gives
/// nothing, or half a picture: a truncated file is an error here. How large a picture is, is known before it is
/// decoded: a JPEG above the limit is decoded at a reduced size, others are refused.
/// </summary>
/// <param name="maxPixels">The most pixels that a decoded picture may have.</param>
/// <param name="minimumSide">A reduced picture's sides are at least this.</param>
internal sealed class ImageDecoder(long maxPixels, int minimumSide)
{
    private const int BytesPerPixel = 4;

    // Of a progressive JPEG all coefficients are in memory at once: two bytes for each of at most three components.
    private const int CoefficientBytes = 6;

    // What the format's own decoder can divide a picture's sides by.
    private static readonly float[] Reductions = [1 / 8f, 1 / 4f, 1 / 2f];

    /// <summary>The image, or null and the reason as a clause ("the file is empty").</summary>
    public MLImage? Decode(string path, out string? error) => Decode(path, out error, out _);

    /// <summary>The same, and how the file says that it is to be seen.</summary>
    public MLImage? Decode(string path, out string? error, out SKEncodedOrigin origin)
    {
        origin = SKEncodedOrigin.TopLeft;
        // Decoders throw what they like on a damaged file, and whatever it is, it is this picture's failure.
        try
        {
            error = FileError(path);
            if (error is not null)
            {
                return null;
            }
            using var codec = SKCodec.Create(path);
            if (codec is null)
            {
                error = "the file is not an image that can be decoded";
                return null;
            }
            origin = codec.EncodedOrigin;
            return Decode(codec, path, out error);
        }
        catch (Exception exception)
        {
            error = exception.Message;
            return null;
        }
    }

    /// <summary>The shorter side in pixels from the file's header alone, or null where it cannot be read.</summary>
    public static int? ShortSide(string path)
    {
        try
        {
            if (FileError(path) is not null)
            {
                return null;
            }
            using var codec = SKCodec.Create(path);
            return codec is null ? null : Math.Min(codec.Info.Width, codec.Info.Height);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private static string? FileError(string path)
    {
        if (string.IsNullOrEmpty(path))
        {
            return "the path is empty";
        }
        var file = new FileInfo(path);
        return (file.Exists, file.Exists ? file.Length : 0) switch
        {
            (false, _) => "the file does not exist",
            (_, 0) => "the file is empty",
            _ => null,
        };
    }

    private MLImage? Decode(SKCodec codec, string path, out string? error)
    {
        // The same pixel format as SKBitmap.Decode's, which LoadImages uses: premultiplied, no colour space.
        var info = codec.Info;
        info.ColorSpace = null;
        if (info.AlphaType == SKAlphaType.Unpremul)
        {
            info.AlphaType = SKAlphaType.Premul;
        }
        if (info.ColorType is not (SKColorType.Bgra8888 or SKColorType.Rgba8888))
        {
            info.ColorType = SKColorType.Bgra8888;
        }
        if (ChooseSize(codec) is not { } size)
        {
            error = string.Create(
                CultureInfo.InvariantCulture,
                $"its {info.Width} × {info.Height} pixels "
                + $"are more than {nameof(ByolOptions.MaxImagePixels)}, which is {maxPixels}");
            return null;
        }
        (info.Width, info.Height) = (size.Width, size.Height);
        using var _ = DecodingBudget.Process.Take(BytesNeeded(codec, path, size));
        return Decode(codec, info, out error);
    }

    private static MLImage? Decode(SKCodec codec, SKImageInfo info, out string? error)
    {
        using var bitmap = new SKBitmap(info);
        var result = codec.GetPixels(info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
        {
            error = result == SKCodecResult.IncompleteInput
                ? "the file is truncated"
                : $"the file is damaged ({result})";
            return null;
        }
        error = null;
        var format = info.ColorType == SKColorType.Rgba8888 ? MLPixelFormat.Rgba32 : MLPixelFormat.Bgra32;
        return MLImage.CreateFromPixels(info.Width, info.Height, format, bitmap.GetPixelSpan());
    }

    private SKSizeI? ChooseSize(SKCodec codec)
    {
        var full = new SKSizeI(codec.Info.Width, codec.Info.Height);
        if (Pixels(full) <= maxPixels)
        {
            return full;
        }
        if (codec.EncodedFormat != SKEncodedImageFormat.Jpeg)
        {
            return null;
        }
        SKSizeI[] allowed = [.. Reductions.Select(codec.GetScaledDimensions).Where(size => Pixels(size) <= maxPixels)];
        return allowed.Length == 0
            ? null
            : allowed.Cast<SKSizeI?>()
                .FirstOrDefault(size => Math.Min(size!.Value.Width, size.Value.Height) >= minimumSide)
                ?? allowed[^1];
    }

    // The bitmap, and the copy of it that becomes the image.
    private static long BytesNeeded(SKCodec codec, string path, SKSizeI size)
    {
        var coefficients = codec.EncodedFormat == SKEncodedImageFormat.Jpeg && JpegHeader.IsProgressive(path)
            ? CoefficientBytes * Pixels(new SKSizeI(codec.Info.Width, codec.Info.Height))
            : 0;
        return 2 * BytesPerPixel * Pixels(size) + coefficients;
    }

    private static long Pixels(SKSizeI size) => (long)size.Width * size.Height;
}
