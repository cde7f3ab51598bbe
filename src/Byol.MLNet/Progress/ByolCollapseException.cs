namespace Byol.MLNet;

/// <summary>
/// The encoder gives nearly the same output for every image, so that going on would waste time: the fit was ended.
/// The message says what was measured and what to try.
/// </summary>
public sealed class ByolCollapseException : Exception
{
    internal ByolCollapseException(long step, double featureVariance, double normalizedSpread, string message)
        : base(message)
    {
        Step = step;
        FeatureVariance = featureVariance;
        NormalizedSpread = normalizedSpread;
    }

    /// <summary>The optimiser step at which the fit was ended.</summary>
    public long Step { get; }

    /// <summary>Mean over the projection's dimensions of the variance over the batch.</summary>
    public double FeatureVariance { get; }

    /// <summary>Standard deviation of the L2-normalised projection times √d: 1 is healthy, 0 collapsed.</summary>
    public double NormalizedSpread { get; }
}
