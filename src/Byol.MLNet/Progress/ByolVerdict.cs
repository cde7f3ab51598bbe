using Byol.MLNet.Progress;

namespace Byol.MLNet;

/// <summary>What a training's figures say.</summary>
public enum ByolTrainingState
{
    /// <summary>
    /// The encoder is better than the one that the run started from, its features stay spread out, and the loss had
    /// levelled while the learning rate was high.
    /// </summary>
    Learning,

    /// <summary>
    /// As <see cref="Learning"/>, but the loss was still falling while the learning rate was high, or the run was
    /// stopped or had less than one pass over the images.
    /// </summary>
    NotConverged,

    /// <summary>The run had too few steps to tell anything.</summary>
    TooShort,

    /// <summary>
    /// Nothing wrong with the features, but they are no better than those of the encoder that the run started from.
    /// </summary>
    NoGain,

    /// <summary>Outputs of different images are growing alike.</summary>
    Collapsing,

    /// <summary>All images get nearly the same output.</summary>
    Collapsed,

    /// <summary>The loss was no longer a finite number.</summary>
    Diverged,
}

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
