namespace Byol.MLNet.Evaluation;

/// <summary>
/// What an evaluation reports where a classifier begins, and where it ends, on a feature set of a split.
/// </summary>
/// <param name="Classifier">The classifier.</param>
/// <param name="Features">Name of the feature set, of <see cref="FeatureSets.Names"/>.</param>
/// <param name="Split">The split, from 1.</param>
/// <param name="Splits">Number of splits.</param>
/// <param name="IsEnd">Whether it has ended here; false where it begins. Several may be at work at once.</param>
/// <param name="Done">How many have ended so far, of all classifiers, feature sets and splits.</param>
/// <param name="Total">How many there are.</param>
public sealed record ByolEvaluationProgress(
    ByolClassifier Classifier, string Features, int Split, int Splits, bool IsEnd, int Done, int Total);
