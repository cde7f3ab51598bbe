namespace Byol.MLNet;

/// <summary>What a fit saw, beside the encoder.</summary>
internal sealed record FitReport(IReadOnlyList<ByolProgress> History, IReadOnlyList<string> UnreadableImages)
{
    public static FitReport None { get; } = new([], []);
}
