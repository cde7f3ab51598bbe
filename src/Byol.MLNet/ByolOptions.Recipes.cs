namespace Byol.MLNet;

/// <summary>The filled-in recipes.</summary>
public sealed partial class ByolOptions
{
    /// <summary>
    /// The published walk-through: ResNet-18 with the standard stem at 32 px, Adam with a one-cycle learning rate, batch 256, 10 epochs.
    /// It is the recipe that every claim is first measured on; on small pictures <see cref="Fast"/> learns more.
    /// </summary>
    public static ByolOptions Walkthrough() => new();

    /// <summary>
    /// A recipe for minutes on a CPU: a half-width ResNet-18 with a 3x3 stride-2 stem, SGD with a warmed-up cosine learning rate,
    /// a faster target network and a predictor that learns ten times faster than the encoder.
    /// </summary>
    public static ByolOptions Fast() => new()
    {
        Recipe = "fast",
        ValidationFraction = 0,
        Stem = ByolStem.Conv3x3Stride2,
        Width = 0.5,
        ProjectorHiddenSize = 512,
        ProjectorOutputSize = 128,
        PredictorHiddenSize = 512,
        BatchSize = 128,
        Optimizer = ByolOptimizer.Sgd,
        LearningRate = 0.1,
        LearningRateSchedule = ByolLearningRateSchedule.WarmupCosine,
        WarmupFraction = 0.05,
        Momentum = 0.9,
        PeakMomentum = null,
        WeightDecay = 5e-4,
        PredictorLearningRateFactor = 10,
        Tau = 0.98,
        CropAreaMinimum = 0.2,
    };
}
