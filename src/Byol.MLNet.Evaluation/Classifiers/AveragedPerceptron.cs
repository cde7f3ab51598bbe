using Microsoft.ML;

namespace Byol.MLNet.Evaluation.Classifiers;

/// <summary>ML.NET's AveragedPerceptron, one for each class; only a search tries it.</summary>
internal static class AveragedPerceptron
{
    public static ClassifierKind Kind { get; } = new()
    {
        Candidates = (_, _) => TrainerCandidate.OneVersusAll(
            "AveragedPerceptron",
            "iterations",
            (int[])[10, 50],
            (trainers, iterations, label, features) =>
                trainers.AveragedPerceptron(label, features, numberOfIterations: iterations)),
    };
}
