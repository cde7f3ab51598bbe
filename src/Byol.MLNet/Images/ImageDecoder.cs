using Microsoft.ML.Data;
using SkiaSharp;

namespace Byol.MLNet.Images;

/// <summary>
/// Reads an image file to the pixels that ML.NET's LoadImages gives, but says what is wrong where LoadImages gives nothing, or half
/// a picture: a truncated file is an error here.
/// </summary>
internal static class ImageDecoder
{
    /// <summary>The image, or null and the reason as a clause ("the file is empty").</summary>
    public static MLImage? Decode(string path, out string? error)
    {
        error = FileError(path);
        if (error is not null)
        {
            return null;
        }
        try
        {
            using var codec = SKCodec.Create(path);
            if (codec is null)
            {
                error = "the file is not an image that can be decoded";
                return null;
            }
            return Decode(codec, out error);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or OutOfMemoryException or ArgumentException)
        {
            error = exception.Message;
            return null;
        }
    }

    /// <summary>The shorter side in pixels from the file's header alone, or null where it cannot be read.</summary>
    public static int? ShortSide(string path)
    {
        if (FileError(path) is not null)
        {
            return null;
        }
        using var codec = SKCodec.Create(path);
        return codec is null ? null : Math.Min(codec.Info.Width, codec.Info.Height);
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

    private static MLImage? Decode(SKCodec codec, out string? error)
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
        using var bitmap = new SKBitmap(info);
        var result = codec.GetPixels(info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
        {
            error = result == SKCodecResult.IncompleteInput ? "the file is truncated" : $"the file is damaged ({result})";
            return null;
        }
        error = null;
        var format = info.ColorType == SKColorType.Rgba8888 ? MLPixelFormat.Rgba32 : MLPixelFormat.Bgra32;
        return MLImage.CreateFromPixels(info.Width, info.Height, format, bitmap.GetPixelSpan());
    }
}
