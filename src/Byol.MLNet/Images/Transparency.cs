using Microsoft.ML.Data;

namespace Byol.MLNet.Images;

/// <summary>
/// Finds pictures that are mostly transparent: ML.NET's front end shows what is transparent as black.
/// </summary>
internal static class Transparency
{
    private const int BytesPerPixel = 4;
    private const int Samples = 1024;

    public static bool IsMostly(MLImage image)
    {
        var pixels = image.Pixels;
        var count = pixels.Length / BytesPerPixel;
        if (image.PixelFormat is not (MLPixelFormat.Bgra32 or MLPixelFormat.Rgba32) || count == 0)
        {
            return false;
        }
        var stride = Math.Max(count / Samples, 1);
        var (transparent, looked) = (0, 0);
        for (var i = 0; i < count; i += stride)
        {
            transparent += pixels[i * BytesPerPixel + BytesPerPixel - 1] == 0 ? 1 : 0;
            looked++;
        }
        return 2 * transparent > looked;
    }
}
