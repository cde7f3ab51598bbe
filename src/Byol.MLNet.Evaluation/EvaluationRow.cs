namespace Byol.MLNet.Evaluation;

/// <summary>
/// How well a classifier predicted the labels of held-out images from one feature set; ML.NET's metrics.
/// </summary>
/// <param name="Data">Name of the data set.</param>
/// <param name="Features">Name of the feature set, of <see cref="FeatureSets.Names"/>.</param>
/// <param name="Classifier">The classifier.</param>
/// <param name="MicroAccuracy">
/// Share of test images whose label was predicted, 0 to 1; the mean over splits.
/// </param>
/// <param name="MacroAccuracy">Mean over classes of the accuracy on each, 0 to 1; the mean over splits.</param>
/// <param name="LogLoss">Mean of −ln of the true class's probability; the mean over splits.</param>
/// <param name="Deviation">
/// Sample standard deviation (divisor n − 1) of <paramref name="MicroAccuracy"/> over splits; 0 for a single split.
/// </param>
public sealed record EvaluationRow(
    string Data,
    string Features,
    ByolClassifier Classifier,
    double MicroAccuracy,
    double MacroAccuracy,
    double LogLoss,
    double Deviation);
