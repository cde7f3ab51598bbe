namespace Byol.MLNet.Pretraining;

/// <summary>What a fit saw, beside the encoder.</summary>
internal sealed record FitReport(
    IReadOnlyList<ByolProgress> History,
    IReadOnlyList<string> UnreadableImages,
    long? ResumedFromStep = null,
    bool WasCancelled = false,
    ByolVerdict? Verdict = null)
{
    public static FitReport None { get; } = new([], []);
}
