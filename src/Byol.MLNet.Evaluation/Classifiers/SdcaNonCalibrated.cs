using Microsoft.ML;

namespace Byol.MLNet.Evaluation.Classifiers;

/// <summary>ML.NET's SdcaNonCalibrated: its scores are no probabilities, so only a search tries it.</summary>
internal static class SdcaNonCalibrated
{
    public static ClassifierKind Kind { get; } = new()
    {
        Candidates = (rows, _) => TrainerCandidate.ForEach<float>(
            "SdcaNonCalibrated",
            "l2",
            Sdca.L2Candidates,
            l2 => (mlContext, data, label, features) => mlContext.MulticlassClassification.Trainers
                .SdcaNonCalibrated(label, features, l2Regularization: l2, maximumNumberOfIterations: Sdca.Passes(rows))
                .Fit(data)),
    };
}
