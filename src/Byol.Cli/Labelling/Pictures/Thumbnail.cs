using System.Runtime.InteropServices;
using Byol.MLNet;
using Byol.MLNet.Images;
using Microsoft.ML.Data;
using SkiaSharp;

namespace Byol.Cli.Labelling.Pictures;

/// <summary>A picture as the page shows it: upright, within a square, encoded anew without what a file says beside
/// its pixels.</summary>
/// <param name="Bytes">The encoded picture.</param>
/// <param name="ContentType">Its format.</param>
internal sealed record Thumbnail(byte[] Bytes, string ContentType)
{
    private const int JpegQuality = 88;

    // Small pictures are as small without loss.
    private const int LosslessSide = 64;

    /// <summary>Reads a picture and makes it fit into a square.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read as an image; the message says why.</exception>
    public static Thumbnail Of(string file, int side)
    {
        using var image = Read(file, side);
        using var bitmap = ToBitmap(image);
        var scale = Math.Min(1, (float)side / Math.Max(bitmap.Width, bitmap.Height));
        var size = new SKSizeI(Scaled(bitmap.Width), Scaled(bitmap.Height));
        using var resized = scale < 1 ? bitmap.Resize(size, SKFilterQuality.Medium) : bitmap.Copy();
        var isSmall = Math.Max(size.Width, size.Height) <= LosslessSide;
        using var encoded = isSmall
            ? resized.Encode(SKEncodedImageFormat.Png, quality: 100)
            : resized.Encode(SKEncodedImageFormat.Jpeg, JpegQuality);
        return new Thumbnail(encoded.ToArray(), isSmall ? "image/png" : "image/jpeg");

        int Scaled(int length) => Math.Max(1, (int)MathF.Round(scale * length));
    }

    // A large JPEG is decoded at a part of its size, which takes a fraction of the time; others cannot be.
    private static MLImage Read(string file, int side)
    {
        var reduced = new ImageDecoder(maxPixels: 4L * side * side, minimumSide: side);
        var image = reduced.Decode(file, out _, out var origin);
        if (image is null)
        {
            return ByolImage.LoadUpright(file);
        }
        if (!Orientation.IsTurned(origin))
        {
            return image;
        }
        using (image)
        {
            return Orientation.Upright(image, origin);
        }
    }

    private static SKBitmap ToBitmap(MLImage image)
    {
        var colours = image.PixelFormat == MLPixelFormat.Rgba32 ? SKColorType.Rgba8888 : SKColorType.Bgra8888;
        var bitmap = new SKBitmap(image.Width, image.Height, colours, SKAlphaType.Premul);
        Marshal.Copy(image.Pixels.ToArray(), 0, bitmap.GetPixels(), image.Pixels.Length);
        return bitmap;
    }
}
