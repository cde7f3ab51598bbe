namespace Byol.MLNet;

/// <summary>What an encoder is worth at one moment.</summary>
public sealed record ByolEncoderScores
{
    /// <summary>As <see cref="ByolProgress.NeighbourAgreement"/>.</summary>
    public double? NeighbourAgreement { get; init; }

    /// <summary>As <see cref="ByolProgress.ProbeKnnAccuracy"/>; null without a probe.</summary>
    public double? ProbeKnnAccuracy { get; init; }

    /// <summary>As <see cref="ByolProgress.ProbeLinearAccuracy"/>; null without a probe.</summary>
    public double? ProbeLinearAccuracy { get; init; }
}
