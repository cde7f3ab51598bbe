using Byol.MLNet.Classifiers;

namespace Byol.MLNet.Evaluation.Classifiers;

/// <summary>Nearest neighbours: <see cref="WeightedKnn"/>, and in a search <see cref="KnnTrainer"/>.</summary>
internal static class Knn
{
    public static ClassifierKind Kind { get; } = new()
    {
        Evaluated = new(ByolClassifier.Knn, _ => new WeightedKnn()),
        Candidates = (rows, _) => TrainerCandidate.ForEach(
            "Nearest neighbours",
            "neighbours",
            ((int[])[WeightedKnn.NeighboursFor(rows), 5, 20]).Distinct(),
            neighbours => (mlContext, data, label, features) =>
                KnnTrainer.Fit(mlContext, data, label, features, neighbours)),
    };
}
