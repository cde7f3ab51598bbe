namespace Byol.MLNet.Evaluation;

/// <summary>The classifiers of an evaluation; none of them changes the encoder.</summary>
public enum ByolClassifier
{
    /// <summary>
    /// Votes of the k nearest training images by cosine, weighted by exp(cosine/0.1) (Wu et al. 2018); k is 200, or a
    /// fifth of fewer than 1,000 training images.
    /// </summary>
    Knn,

    /// <summary>ML.NET's LbfgsMaximumEntropy, its L2 weight chosen on a validation part of the training rows.</summary>
    Lbfgs,

    /// <summary>ML.NET's SdcaMaximumEntropy.</summary>
    Sdca,

    /// <summary>ML.NET's LightGbm.</summary>
    LightGbm,

    /// <summary>
    /// The published walk-through's own head: a linear layer trained for 10 epochs by Adam (one cycle, 3e-4, batches of
    /// 32) on flipped, slightly rotated and zoomed pictures. It needs libtorch, and embeds the training images ten
    /// times.
    /// </summary>
    Walkthrough,
}
