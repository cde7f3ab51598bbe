using Microsoft.ML;
using Microsoft.ML.Trainers;

namespace Byol.MLNet.Evaluation.Classifiers;

/// <summary>ML.NET's SdcaMaximumEntropy.</summary>
internal static class Sdca
{
    /// <summary>The L2 weights that a search tries, of the trainer without calibration too.</summary>
    public static readonly float[] L2Candidates = [1e-3f, 1e-4f, 1e-2f, 1e-5f];

    public static ClassifierKind Kind { get; } = new()
    {
        Evaluated = new(ByolClassifier.Sdca, settings => new TrainerClassifier(settings.Seed, Trainer)) { Cost = 2 },
        Candidates = (rows, _) => TrainerCandidate.ForEach<float>(
            "SdcaMaximumEntropy",
            "l2",
            L2Candidates,
            l2 => (mlContext, data, label, features) => mlContext.MulticlassClassification.Trainers
                .SdcaMaximumEntropy(label, features, l2Regularization: l2, maximumNumberOfIterations: Passes(rows))
                .Fit(data)),
    };

    /// <summary>Passes over the rows in a search: on few rows one changes little.</summary>
    public static int Passes(int rows) => rows < 1000 ? 300 : 50;

    // On few rows a pass changes little, and the trainer keeps its zero weights where it has not got below their loss;
    // so there are passes for about as many rows in all.
    private static SdcaMaximumEntropyMulticlassTrainer Trainer(MLContext mlContext, int rows) =>
        mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy(new SdcaMaximumEntropyMulticlassTrainer.Options
        {
            MaximumNumberOfIterations = Math.Clamp(60_000 / rows, 20, 200),
            NumberOfThreads = 1,
        });
}
