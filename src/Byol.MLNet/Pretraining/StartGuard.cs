using System.Globalization;

namespace Byol.MLNet.Pretraining;

/// <summary>
/// Decides between a trained encoder and the one that its run started from, so that none comes out that is worse: by
/// the probe where there is one, else by neighbour agreement.
/// </summary>
/// <param name="KeepsStart">Whether the start is the better one.</param>
/// <param name="Sentence">Which, and by how much.</param>
internal sealed record StartGuard(bool KeepsStart, string Sentence)
{
    /// <summary>The decision; null where the scores of one of them are missing.</summary>
    public static StartGuard? Of(IReadOnlyList<ByolProgress> history)
    {
        var start = history.LastOrDefault(report => report.BeforeTraining is not null)?.BeforeTraining;
        return start is null
            ? null
            : Compare("accuracy on the probe", Probe(start), Last(history, ProbeNow))
                ?? Compare("neighbour agreement", start.NeighbourAgreement, Last(history, Agreement));
    }

    /// <summary>The run's verdict with the decision in it.</summary>
    public ByolVerdict Add(ByolVerdict verdict) =>
        new(KeepsStart ? ByolTrainingState.NoGain : verdict.State, $"{Sentence} {verdict.Explanation}");

    private static StartGuard? Compare(string what, double? start, double? trained)
    {
        if (start is null || trained is null)
        {
            return null;
        }
        var keepsStart = trained < start;
        var figures = string.Create(
            CultureInfo.InvariantCulture, $"{what} {100 * start:F1} % at the start, {100 * trained:F1} % now");
        return new StartGuard(
            keepsStart,
            keepsStart
                ? $"Training made the encoder worse, so it is the one that the run started from ({figures})."
                : $"The trained encoder is no worse than the one that the run started from ({figures}).");
    }

    private static double? Last(IReadOnlyList<ByolProgress> history, Func<ByolProgress, double?> score) =>
        history.Select(score).LastOrDefault(value => value is not null);

    private static double? Probe(ByolEncoderScores scores) =>
        (scores.ProbeKnnAccuracy + scores.ProbeLinearAccuracy) / 2;

    private static double? ProbeNow(ByolProgress report) => (report.ProbeKnnAccuracy + report.ProbeLinearAccuracy) / 2;

    private static double? Agreement(ByolProgress report) => report.NeighbourAgreement;
}
