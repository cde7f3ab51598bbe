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
