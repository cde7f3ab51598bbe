namespace Byol.MLNet.Pretraining;

/// <summary>Learning rate and momentum as pure functions of the step, so that a resumed run continues them. A run
/// with a time budget has parts of steps.</summary>
internal static class Schedules
{
    /// <summary>
    /// One cycle with cosine parts, as PyTorch's OneCycleLR: from <paramref name="start"/> to <paramref name="peak"/>
    /// over the warm-up, then to <paramref name="end"/>. Momentum takes the same path with its own three values.
    /// </summary>
    public static double OneCycle(
        double step, double totalSteps, double warmupFraction, double start, double peak, double end)
    {
        var rise = Math.Max(warmupFraction * totalSteps - 1, 0);
        var last = totalSteps - 1;
        if (step >= last)
        {
            return end;
        }
        return step <= rise && rise > 0
            ? Anneal(start, peak, step / rise)
            : Anneal(peak, end, (step - rise) / (last - rise));
    }

    /// <summary>Linear from 0 (exclusive) to the peak over the warm-up, then cosine to 0 at the run's end.</summary>
    public static double WarmupCosine(double step, double totalSteps, double warmupFraction, double peak)
    {
        var warmup = warmupFraction * totalSteps;
        return step < warmup
            ? peak * Math.Min((step + 1) / warmup, 1)
            : Anneal(peak, 0, Math.Min((step - warmup) / (totalSteps - warmup), 1));
    }

    private static double Anneal(double from, double to, double progress) =>
        to + (from - to) / 2 * (1 + Math.Cos(Math.PI * progress));
}
