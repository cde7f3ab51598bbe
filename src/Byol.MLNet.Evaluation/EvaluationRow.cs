namespace Byol.MLNet.Evaluation;

/// <summary>How well a classifier predicted the labels of held-out images from one feature set.</summary>
/// <param name="Data">Name of the data set.</param>
/// <param name="Features">Name of the feature set, of <see cref="FeatureSets.Names"/>.</param>
/// <param name="Classifier">The classifier.</param>
/// <param name="Micro">Accuracy: the share of test images whose label was predicted, 0 to 1; the mean over splits.</param>
/// <param name="Macro">Mean over classes of the accuracy on each, 0 to 1; the mean over splits.</param>
/// <param name="LogLoss">Mean of −ln of the true class's probability; the mean over splits.</param>
/// <param name="Sd">Standard deviation of <paramref name="Micro"/> over splits; 0 for a single split.</param>
public sealed record EvaluationRow(string Data, string Features, ByolClassifier Classifier, double Micro, double Macro, double LogLoss, double Sd);

/// <summary>The classifiers of an evaluation; none of them changes the encoder.</summary>
public enum ByolClassifier
{
    /// <summary>Votes of the k nearest training images by cosine, weighted by exp(cosine/0.1) (Wu et al. 2018).</summary>
    Knn,

    /// <summary>ML.NET's LbfgsMaximumEntropy, its L2 weight chosen on a validation part of the training rows.</summary>
    Lbfgs,

    /// <summary>ML.NET's SdcaMaximumEntropy.</summary>
    Sdca,

    /// <summary>ML.NET's LightGbm.</summary>
    LightGbm,

    /// <summary>
    /// The published walk-through's own head: a linear layer trained for 10 epochs by Adam (one cycle, 3e-4, batches of 32) on flipped,
    /// slightly rotated and zoomed pictures. It needs libtorch, and embeds the training images ten times.
    /// </summary>
    Walkthrough,
}
