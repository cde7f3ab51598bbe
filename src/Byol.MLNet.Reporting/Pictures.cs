using System.Runtime.InteropServices;
using Byol.MLNet.Evaluation;
using Byol.MLNet.Images;
using SkiaSharp;

namespace Byol.MLNet.Reporting;

/// <summary>Pictures inside the page.</summary>
internal static class Pictures
{
    /// <summary>An image element of a square picture: planar RGB in [0, 1].</summary>
    public static string Element(IReadOnlyList<float> planar, string description)
    {
        var plane = planar.Count / 3;
        return Element((int)Math.Sqrt(plane), (channel, pixel) => planar[channel * plane + pixel], description);
    }

    /// <summary>An image element of a square picture: planar RGB bytes.</summary>
    public static string Element(byte[] planar, string description)
    {
        var plane = planar.Length / 3;
        return Element((int)Math.Sqrt(plane), (channel, pixel) => planar[channel * plane + pixel] / 255f, description);
    }

    /// <summary>An image element of a view: normalised values, channels last, as the network sees it.</summary>
    public static string NormalizedElement(float[] view, string description) => Element(
        (int)Math.Sqrt(view.Length / 3),
        (channel, pixel) => Normalization.ImageNet.Undo(view[3 * pixel + channel], channel),
        description);

    /// <summary>A picture over its label, framed where it is marked.</summary>
    public static string Labelled(FeatureSets images, int row, bool showLabel = true, bool isMarked = false)
    {
        var label = images.Labels[row];
        var caption = showLabel ? $"<figcaption>{Html.Encode(label)}</figcaption>" : "";
        var picture = Element(images.Pictures[row], showLabel ? label : $"image {row}");
        return $"<figure class=\"{(isMarked ? "marked" : "")}\">{picture}{caption}</figure>";
    }

    private static string Element(int side, Func<int, int, float> value, string description)
    {
        using var bitmap = new SKBitmap(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var pixels = new byte[4 * side * side];
        for (var pixel = 0; pixel < side * side; pixel++)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                pixels[4 * pixel + channel] = (byte)Math.Round(255 * Math.Clamp(value(channel, pixel), 0, 1));
            }
            pixels[4 * pixel + 3] = byte.MaxValue;
        }
        Marshal.Copy(pixels, 0, bitmap.GetPixels(), pixels.Length);
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        var text = Html.Encode(description);
        var source = $"data:image/png;base64,{Convert.ToBase64String(png.AsSpan())}";
        return $"<img alt=\"{text}\" title=\"{text}\" src=\"{source}\">";
    }
}
