namespace Byol.MLNet.Images;

/// <summary>K×K bytes averaged down to S×S values in [0, 1], as the frozen graph does; planar RGB.</summary>
internal static class PixelAverage
{
    public static float[] Of(byte[] image, int stored, int size)
    {
        var factor = stored / size;
        var values = new float[3 * size * size];
        for (var i = 0; i < image.Length; i++)
        {
            var (channel, y, x) = (i / (stored * stored), i / stored % stored, i % stored);
            values[(channel * size + y / factor) * size + x / factor] += image[i];
        }
        var scale = 1f / (255 * factor * factor);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] *= scale;
        }
        return values;
    }
}
