using Byol.MLNet.Classifiers;

namespace Byol.MLNet.Evaluation.Classifiers;

/// <summary>ML.NET's LbfgsMaximumEntropy: <see cref="LbfgsClassifier"/>.</summary>
internal static class Lbfgs
{
    public static ClassifierKind Kind { get; } = new()
    {
        Evaluated = new(ByolClassifier.Lbfgs, settings => new LbfgsClassifier(settings.Seed, settings.L2Candidates))
        {
            Cost = 8,
        },
        Candidates = (_, _) => TrainerCandidate.ForEach<float>(
            "LbfgsMaximumEntropy",
            "l2",
            [100, 10, 1000, 1, 10_000],
            l2 => (mlContext, data, label, features) =>
                LbfgsClassifier.Trainer(mlContext, l2, label, features).Fit(data)),
    };
}
