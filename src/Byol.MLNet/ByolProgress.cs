namespace Byol.MLNet;

/// <summary>What a fit reports after an epoch.</summary>
/// <param name="Epoch">The finished epoch, from 1.</param>
/// <param name="Epochs">Epochs in the run.</param>
/// <param name="Step">Optimiser steps taken.</param>
/// <param name="TotalSteps">Optimiser steps in the run.</param>
/// <param name="Loss">Mean training loss over the epoch, 0 to 4.</param>
/// <param name="FeatureVariance">Mean over dimensions of the projection's variance over the epoch's last batch.</param>
/// <param name="NormalizedSpread">Standard deviation of the L2-normalised projection times √d: 1 is healthy, 0 collapsed.</param>
/// <param name="PositiveSimilarity">Mean cosine between prediction and target of the same image.</param>
/// <param name="NegativeSimilarity">Mean cosine between prediction and target of different images: the early sign of collapse when it nears the former.</param>
/// <param name="Tau">τ at the epoch's last step.</param>
/// <param name="LearningRate">Learning rate at the epoch's last step.</param>
/// <param name="GradientNorm">Gradient norm before clipping at the epoch's last step.</param>
/// <param name="ImagesPerSecond">Training images a second over the epoch, loading and augmentation included.</param>
/// <param name="Precision">Number format of the heavy arithmetic: what <see cref="ByolPrecision.Auto"/> chose.</param>
/// <param name="Phases">Where the epoch's training time went.</param>
/// <param name="ValidationLoss">Loss of the held-out images with batch norm in evaluation mode; null without validation.</param>
/// <param name="ValidationFeatureVariance">Feature variance of the held-out images; null without validation.</param>
public sealed record ByolProgress(
    int Epoch,
    int Epochs,
    long Step,
    long TotalSteps,
    double Loss,
    double FeatureVariance,
    double NormalizedSpread,
    double PositiveSimilarity,
    double NegativeSimilarity,
    double Tau,
    double LearningRate,
    double GradientNorm,
    double ImagesPerSecond,
    ByolPrecision Precision,
    ByolPhases Phases,
    double? ValidationLoss,
    double? ValidationFeatureVariance);
