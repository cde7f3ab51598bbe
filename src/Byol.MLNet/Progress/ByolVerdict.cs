using Byol.MLNet.Progress;

namespace Byol.MLNet;

/// <summary>A verdict in words on a training, from its reports alone.</summary>
/// <param name="State">The verdict.</param>
/// <param name="Explanation">Why, in a few sentences, with the figures.</param>
public sealed record ByolVerdict(ByolTrainingState State, string Explanation)
{
    /// <summary>
    /// Whether the encoder is of no use, so that a program should fail: <see cref="ByolTrainingState.Collapsed"/> or
    /// <see cref="ByolTrainingState.Diverged"/>.
    /// </summary>
    public bool IsFailure => State is ByolTrainingState.Collapsed or ByolTrainingState.Diverged;

    /// <summary>Judges a training.</summary>
    /// <remarks>
    /// Whether the encoder became better is told by <see cref="ByolOptions.Probe"/> where there is one: by more than
    /// three points over the encoder before training, nearest neighbours and linear classifier on average. Without it,
    /// <see cref="ByolProgress.NeighbourAgreement"/> decides, which sees whether views of one image are found, not
    /// whether that helps a task.
    /// </remarks>
    /// <param name="progress">Its reports, in order; at least one unless it failed.</param>
    /// <param name="failure">What ended it early, where something did.</param>
    /// <exception cref="ArgumentException">There is neither a report nor a failure.</exception>
    public static ByolVerdict Of(IReadOnlyList<ByolProgress> progress, Exception? failure = null)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return failure switch
        {
            ByolCollapseException => new(ByolTrainingState.Collapsed, failure.Message),
            ByolDivergenceException => new(ByolTrainingState.Diverged, failure.Message),
            _ => progress.Count > 0
                ? new VerdictFigures(progress).Judge()
                : throw new ArgumentException("There is neither a report nor a failure to judge by.", nameof(progress)),
        };
    }

    /// <summary>The state in words, then why.</summary>
    public override string ToString() => $"{Words(State)}. {Explanation}";

    internal static string Words(ByolTrainingState state) => state switch
    {
        ByolTrainingState.NotConverged => "Learning, not converged",
        ByolTrainingState.TooShort => "Too short",
        ByolTrainingState.NoGain => "No better than before training",
        _ => state.ToString(),
    };
}
