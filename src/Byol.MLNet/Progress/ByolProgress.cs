namespace Byol.MLNet;

/// <summary>What a fit reports after an epoch, and every <see cref="ByolOptions.ProgressEvery"/> steps.</summary>
public sealed record ByolProgress
{
    /// <summary>The epoch, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Epochs in the run; with <see cref="ByolOptions.MaxTrainingTime"/>, as estimated so far.</summary>
    public required int Epochs { get; init; }

    /// <summary>Whether the epoch is finished; false for the reports within one.</summary>
    public required bool IsEpochEnd { get; init; }

    /// <summary>Optimiser steps taken.</summary>
    public required long Step { get; init; }

    /// <summary>
    /// Optimiser steps in the run; with <see cref="ByolOptions.MaxTrainingTime"/>, as estimated so far.
    /// </summary>
    public required long TotalSteps { get; init; }

    /// <summary>Training images; held-out ones are not among them.</summary>
    public int? Images { get; init; }

    /// <summary>Passes over the training images so far: 0.5 after half of the first epoch.</summary>
    public double? Passes { get; init; }

    /// <summary>
    /// Side of the views at the last step, in pixels. Where it grows (<see cref="ByolViewRecipe.HalfSizeFraction"/>),
    /// the loss starts anew from a higher value.
    /// </summary>
    public int? ViewSize { get; init; }

    /// <summary>
    /// What is left of the fit, from the time that its steps and scorings took so far. Before the first step at full
    /// size, such a step is taken to last nearly four times as long as one at half size.
    /// </summary>
    public TimeSpan? TimeLeft { get; init; }

    /// <summary>Mean training loss over the epoch so far, 0 to 4.</summary>
    public required double Loss { get; init; }

    /// <summary>Mean over dimensions of the projection's variance over the last batch.</summary>
    public required double FeatureVariance { get; init; }

    /// <summary>Standard deviation of the L2-normalised projection times √d: 1 is healthy, 0 collapsed.</summary>
    public required double NormalizedSpread { get; init; }

    /// <summary>Mean cosine between prediction and target of the same image.</summary>
    public required double PositiveSimilarity { get; init; }

    /// <summary>
    /// Mean cosine between prediction and target of different images: the early sign of collapse when it nears the
    /// former.
    /// </summary>
    public required double NegativeSimilarity { get; init; }

    /// <summary>
    /// Share of the target's variance that the predictor explains, both normalised: at most 1; below 0 their mean would
    /// predict better.
    /// </summary>
    public required double ExplainedVariance { get; init; }

    /// <summary>
    /// exp of the entropy of the projection's normalised singular values over the last batches (RankMe, Garrido et al.
    /// 2023), 1 to d.
    /// </summary>
    public required double EffectiveRank { get; init; }

    /// <summary>Eigenvalues of the covariance of the last batches' projections, the largest first.</summary>
    public required IReadOnlyList<double> Eigenvalues { get; init; }

    /// <summary>
    /// Largest over smallest eigenvalue; null with fewer than eight samples a dimension, where it would mean nothing.
    /// </summary>
    public double? EigenvalueRatio { get; init; }

    /// <summary>τ at the last step.</summary>
    public required double Tau { get; init; }

    /// <summary>Learning rate at the last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Gradient norm before clipping at the last step.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Training images a second over the epoch so far, loading and augmentation included.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>Number format of the heavy arithmetic: what <see cref="ByolPrecision.Auto"/> chose.</summary>
    public required ByolPrecision Precision { get; init; }

    /// <summary>Where the epoch's training time went.</summary>
    public required ByolPhases Phases { get; init; }

    /// <summary>
    /// Loss of the held-out images with batch norm in evaluation mode; null without validation, and within an epoch.
    /// </summary>
    public double? ValidationLoss { get; init; }

    /// <summary>Feature variance of the held-out images; null without validation, and within an epoch.</summary>
    public double? ValidationFeatureVariance { get; init; }

    /// <summary>
    /// Accuracy of nearest neighbours on <see cref="ByolOptions.Probe"/>, 0 to 1; null without it, and within an epoch.
    /// </summary>
    public double? ProbeKnnAccuracy { get; init; }

    /// <summary>
    /// Accuracy of a linear classifier on <see cref="ByolOptions.Probe"/>, 0 to 1; null without it, and within an
    /// epoch.
    /// </summary>
    public double? ProbeLinearAccuracy { get; init; }

    /// <summary>
    /// A score without labels, 0 to 1: of a sample of at most 256 training images, the share of views whose nearest
    /// other view, by the encoder's output, is the other view of the same image. Measured before the first step, at the
    /// end, and between them after epochs, often enough to draw a line and seldom enough to cost little; else null.
    /// </summary>
    public double? NeighbourAgreement { get; init; }

    /// <summary>
    /// The same scores of the encoder that the run started from; null where a checkpoint of an earlier version does not
    /// have them.
    /// </summary>
    public ByolEncoderScores? BeforeTraining { get; init; }
}
