using System.Globalization;
using Byol.MLNet.Pretraining.Probing;

namespace Byol.MLNet.Pretraining;

/// <summary>
/// Decides between a trained encoder and the one that its run started from, so that none comes out that is worse: by
/// the probe where there is one, else by neighbour agreement.
/// </summary>
/// <param name="KeepsStart">Whether the start comes out.</param>
/// <param name="Sentence">Which, and by how much.</param>
internal sealed record StartGuard(bool KeepsStart, string Sentence)
{
    /// <summary>A run was stopped before there was anything to decide by.</summary>
    public static StartGuard NotCompared { get; } = new(
        KeepsStart: false,
        "The run was stopped before the trained encoder was compared with the one that it started from, which may be "
        + "the better one.");

    /// <summary>The decision by the scores of both.</summary>
    public static StartGuard Of(ByolEncoderScores start, ByolEncoderScores trained) =>
        Probe(start) is { } before && Probe(trained) is { } now
            ? Compare("accuracy on the probe", before, now, margin: 0)
            : Compare(
                "neighbour agreement",
                start.NeighbourAgreement!.Value,
                trained.NeighbourAgreement!.Value,
                NeighbourAgreement.Chance);

    /// <summary>The run's verdict with the decision in it.</summary>
    public ByolVerdict Add(ByolVerdict verdict) =>
        new(KeepsStart ? ByolTrainingState.NoGain : verdict.State, $"{Sentence} {verdict.Explanation}");

    private static StartGuard Compare(string what, double start, double trained, double margin)
    {
        var keepsStart = trained <= start + margin;
        var figures = string.Create(
            CultureInfo.InvariantCulture, $"{what} {100 * start:F1} % at the start, {100 * trained:F1} % now");
        return new StartGuard(
            keepsStart,
            keepsStart
                ? $"Training did not make the encoder better, so it is the one that the run started from ({figures})."
                : $"The trained encoder is better than the one that the run started from ({figures}).");
    }

    private static double? Probe(ByolEncoderScores scores) =>
        (scores.ProbeKnnAccuracy + scores.ProbeLinearAccuracy) / 2;
}
