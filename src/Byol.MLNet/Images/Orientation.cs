using Microsoft.ML.Data;
using SkiaSharp;

namespace Byol.MLNet.Images;

/// <summary>
/// How a camera was held, as EXIF says it: what LoadImages and the pipelines that are saved do not look at.
/// </summary>
internal static class Orientation
{
    private const int BytesPerPixel = 4;

    /// <summary>Whether pictures are stored otherwise than they are to be seen.</summary>
    public static bool IsTurned(SKEncodedOrigin origin) =>
        origin is not (SKEncodedOrigin.TopLeft or SKEncodedOrigin.Default);

    /// <summary>The picture as it is to be seen.</summary>
    public static MLImage Upright(MLImage image, SKEncodedOrigin origin)
    {
        var (width, height) = (image.Width, image.Height);
        var swaps = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop
            or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var (outWidth, outHeight) = swaps ? (height, width) : (width, height);
        var source = image.Pixels;
        var upright = new byte[source.Length];
        for (var y = 0; y < outHeight; y++)
        {
            for (var x = 0; x < outWidth; x++)
            {
                var (fromX, fromY) = Source(origin, x, y, width, height);
                source.Slice(BytesPerPixel * (fromY * width + fromX), BytesPerPixel)
                    .CopyTo(upright.AsSpan(BytesPerPixel * (y * outWidth + x)));
            }
        }
        return MLImage.CreateFromPixels(outWidth, outHeight, image.PixelFormat, upright);
    }

    // Where a pixel of the upright picture is stored; the names say where row 0 and column 0 are to be seen.
    private static (int X, int Y) Source(SKEncodedOrigin origin, int x, int y, int width, int height) => origin switch
    {
        SKEncodedOrigin.TopRight => (width - 1 - x, y),
        SKEncodedOrigin.BottomRight => (width - 1 - x, height - 1 - y),
        SKEncodedOrigin.BottomLeft => (x, height - 1 - y),
        SKEncodedOrigin.LeftTop => (y, x),
        SKEncodedOrigin.RightTop => (y, height - 1 - x),
        SKEncodedOrigin.RightBottom => (width - 1 - y, height - 1 - x),
        SKEncodedOrigin.LeftBottom => (width - 1 - y, x),
        _ => (x, y),
    };
}
