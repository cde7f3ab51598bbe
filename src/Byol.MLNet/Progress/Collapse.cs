namespace Byol.MLNet.Progress;

/// <summary>When features count as collapsed: all images get nearly the same ones.</summary>
internal static class Collapse
{
    public const double MinimumVariance = 1e-4;
    public const double MinimumSpread = 0.1;

    /// <summary>
    /// Either limit decides: the variance alone depends on the projection's scale, which the loss leaves free.
    /// </summary>
    public static bool Is(double variance, double spread) => !(variance >= MinimumVariance && spread >= MinimumSpread);
}
