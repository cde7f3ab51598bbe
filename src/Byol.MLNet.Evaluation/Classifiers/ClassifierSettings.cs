using Byol.MLNet.Classifiers;

namespace Byol.MLNet.Evaluation.Classifiers;

/// <summary>What a classifier of an evaluation is made with.</summary>
/// <param name="Seed">Seed of its trainer.</param>
internal sealed record ClassifierSettings(int Seed)
{
    /// <summary>L2 weights to choose from.</summary>
    public IReadOnlyList<float> L2Candidates { get; init; } = LbfgsClassifier.DefaultL2Candidates;

    /// <summary>
    /// Features of the training rows' newly augmented pictures, by epoch; null where there are no pictures.
    /// </summary>
    public Func<int, IReadOnlyList<float[]>>? AugmentedFeatures { get; init; }
}
