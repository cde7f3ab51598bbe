namespace Byol.MLNet.Evaluation.Features;

/// <summary>Raw pixels as features: planar RGB values, averaged down where there are many.</summary>
internal static class PixelFeatures
{
    /// <summary>
    /// Largest side: 3,072 values. At 64 px and more a classifier of raw pixels takes most of an evaluation's time, and
    /// gains little.
    /// </summary>
    public const int MaximumSide = 32;

    /// <summary>A square picture averaged down to at most 32×32; a smaller one stays as it is.</summary>
    public static float[] Of(float[] planar, int side)
    {
        if (side <= MaximumSide)
        {
            return planar;
        }
        var shares = Enumerable.Range(0, MaximumSide).Select(cell => Shares(cell, side)).ToArray();
        var values = new float[3 * MaximumSide * MaximumSide];
        for (var i = 0; i < values.Length; i++)
        {
            var plane = i / (MaximumSide * MaximumSide);
            foreach (var (y, height) in shares[i / MaximumSide % MaximumSide])
            {
                foreach (var (x, width) in shares[i % MaximumSide])
                {
                    values[i] += height * width * planar[(plane * side + y) * side + x];
                }
            }
        }
        return values;
    }

    // The part of a cell that each pixel covers: pixels at its edges lie in two cells where the side is no multiple of
    // 32.
    private static (int Pixel, float Share)[] Shares(int cell, int side)
    {
        var width = (double)side / MaximumSide;
        var (from, to) = (cell * width, (cell + 1) * width);
        return
        [
            .. Enumerable.Range((int)from, Math.Min((int)Math.Ceiling(to), side) - (int)from)
                .Select(pixel => (pixel, (float)((Math.Min(pixel + 1, to) - Math.Max(pixel, from)) / width))),
        ];
    }
}
