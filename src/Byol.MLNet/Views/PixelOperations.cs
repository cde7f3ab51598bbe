using System.Numerics.Tensors;

namespace Byol.MLNet.Views;

/// <summary>
/// The single operations on planar RGB in [0, 1], in place, each clipping to [0, 1] as torchvision's do. A picture is
/// three planes of the same length.
/// </summary>
internal static class PixelOperations
{
    private const float RedShare = 0.299f;
    private const float GreenShare = 0.587f;
    private const float BlueShare = 0.114f;

    public static void Brightness(Span<float> picture, float factor)
    {
        TensorPrimitives.Multiply(picture, factor, picture);
        Clip(picture);
    }

    /// <summary>Scales about the picture's mean grey.</summary>
    public static void Contrast(Span<float> picture, float factor)
    {
        var plane = picture.Length / 3;
        var mean = (RedShare * TensorPrimitives.Sum<float>(picture[..plane])
            + GreenShare * TensorPrimitives.Sum<float>(picture[plane..(2 * plane)])
            + BlueShare * TensorPrimitives.Sum<float>(picture[(2 * plane)..])) / plane;
        TensorPrimitives.Multiply(picture, factor, picture);
        TensorPrimitives.Add(picture, mean * (1 - factor), picture);
        Clip(picture);
    }

    /// <summary>Blends with the pixel's own grey.</summary>
    public static void Saturation(Span<float> picture, float factor)
    {
        var plane = picture.Length / 3;
        for (var i = 0; i < plane; i++)
        {
            var grey = GreyOf(picture, plane, i) * (1 - factor);
            picture[i] = picture[i] * factor + grey;
            picture[plane + i] = picture[plane + i] * factor + grey;
            picture[2 * plane + i] = picture[2 * plane + i] * factor + grey;
        }
        Clip(picture);
    }

    public static void Grey(Span<float> picture) => Saturation(picture, 0);

    /// <summary>Turns the hue in HSV by a part of the circle.</summary>
    public static void Hue(Span<float> picture, float turn)
    {
        var plane = picture.Length / 3;
        for (var i = 0; i < plane; i++)
        {
            var (red, green, blue) = (picture[i], picture[plane + i], picture[2 * plane + i]);
            var value = Math.Max(red, Math.Max(green, blue));
            var range = value - Math.Min(red, Math.Min(green, blue));
            if (range <= 0)
            {
                continue;
            }
            float sixth;
            if (red == value)
            {
                sixth = (green - blue) / range;
            }
            else if (green == value)
            {
                sixth = 2 + (blue - red) / range;
            }
            else
            {
                sixth = 4 + (red - green) / range;
            }
            var hue = sixth + 6 * turn;
            // Each channel is the value less the range times a trapezium of the hue, a third of the circle apart.
            picture[i] = value - range * Trapezium(hue + 5);
            picture[plane + i] = value - range * Trapezium(hue + 3);
            picture[2 * plane + i] = value - range * Trapezium(hue + 1);
        }
        Clip(picture);
    }

    /// <summary>Inverts values at and above the threshold.</summary>
    public static void Solarize(Span<float> picture, float threshold)
    {
        foreach (ref var value in picture)
        {
            value = value >= threshold ? 1 - value : value;
        }
    }

    public static void Flip(Span<float> picture, int width)
    {
        for (var row = 0; row < picture.Length; row += width)
        {
            picture.Slice(row, width).Reverse();
        }
    }

    /// <summary>Gaussian blur with an odd kernel and a reflected border.</summary>
    public static void Blur(Span<float> picture, int width, int kernel, double sigma, Span<float> scratch)
    {
        var plane = picture.Length / 3;
        var height = plane / width;
        Span<float> weights = stackalloc float[kernel];
        var radius = kernel / 2;
        for (var tap = 0; tap < kernel; tap++)
        {
            weights[tap] = (float)Math.Exp(-0.5 * Math.Pow((tap - radius) / sigma, 2));
        }
        TensorPrimitives.Divide(weights, TensorPrimitives.Sum<float>(weights), weights);
        for (var channel = 0; channel < 3; channel++)
        {
            var values = picture.Slice(channel * plane, plane);
            var blurred = scratch[..plane];
            Convolve(values, blurred, width, height, weights, horizontal: true);
            Convolve(blurred, values, width, height, weights, horizontal: false);
        }
    }

    /// <summary>
    /// Rotates about the centre with bilinear sampling; corners that nothing falls on are black, as in torchvision.
    /// </summary>
    public static void Rotate(Span<float> picture, int size, double degrees, Span<float> scratch)
    {
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        var centre = (size - 1) / 2.0;
        var plane = size * size;
        picture.CopyTo(scratch);
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var sourceX = cos * (x - centre) - sin * (y - centre) + centre;
                var sourceY = sin * (x - centre) + cos * (y - centre) + centre;
                for (var channel = 0; channel < 3; channel++)
                {
                    picture[channel * plane + y * size + x] = Sample(
                        scratch.Slice(channel * plane, plane), size, sourceX, sourceY);
                }
            }
        }
    }

    private static float Sample(ReadOnlySpan<float> plane, int size, double x, double y)
    {
        var (left, top) = ((int)Math.Floor(x), (int)Math.Floor(y));
        var (right, down) = ((float)(x - left), (float)(y - top));
        return (1 - down) * ((1 - right) * At(plane, size, left, top) + right * At(plane, size, left + 1, top))
            + down * ((1 - right) * At(plane, size, left, top + 1) + right * At(plane, size, left + 1, top + 1));
    }

    private static float At(ReadOnlySpan<float> plane, int size, int x, int y) =>
        (uint)x < (uint)size && (uint)y < (uint)size ? plane[y * size + x] : 0;

    private static void Convolve(
        ReadOnlySpan<float> source, Span<float> destination, int width, int height, ReadOnlySpan<float> weights,
        bool horizontal)
    {
        var radius = weights.Length / 2;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var sum = 0f;
                for (var tap = 0; tap < weights.Length; tap++)
                {
                    var (sourceX, sourceY) = horizontal
                        ? (Reflect(x + tap - radius, width), y)
                        : (x, Reflect(y + tap - radius, height));
                    sum += weights[tap] * source[sourceY * width + sourceX];
                }
                destination[y * width + x] = sum;
            }
        }
    }

    private static int Reflect(int index, int length)
    {
        index = Math.Abs(index);
        return index < length ? index : 2 * (length - 1) - index;
    }

    private static float Trapezium(float hue)
    {
        hue -= 6 * MathF.Floor(hue / 6);
        return Math.Clamp(Math.Min(hue, 4 - hue), 0, 1);
    }

    private static float GreyOf(ReadOnlySpan<float> picture, int plane, int i) =>
        RedShare * picture[i] + GreenShare * picture[plane + i] + BlueShare * picture[2 * plane + i];

    private static void Clip(Span<float> picture)
    {
        TensorPrimitives.Max(picture, 0f, picture);
        TensorPrimitives.Min(picture, 1f, picture);
    }
}
