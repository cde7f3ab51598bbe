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
    /// The paper's recipe (Grill et al. 2020, section 3.3 and appendix B): LARS with learning rate 0.2·batch/256, a hundredth of the run
    /// warming up, then cosine decay, the sum of both loss directions, views that differ in blur and solarisation, heads of 4096 and 256,
    /// τ from 0.996. It was made for 1000 epochs of batches of 4096; encoder and picture size (there ResNet-50 at 224 px) are the caller's choice.
    /// </summary>
    public static ByolOptions Paper() => new()
    {
        Recipe = "paper",
        ValidationFraction = 0,
        ProjectorHiddenSize = 4096,
        ProjectorOutputSize = 256,
        PredictorHiddenSize = 4096,
        Optimizer = ByolOptimizer.Lars,
        LearningRate = 0.2,
        ScaleLearningRate = true,
        SumLossDirections = true,
        LearningRateSchedule = ByolLearningRateSchedule.WarmupCosine,
        WarmupFraction = 0.01,
        Momentum = 0.9,
        PeakMomentum = null,
        WeightDecay = 1.5e-6,
        ClipNorm = 0,
        Tau = 0.996,
        BlurProbability = 1,
        SecondBlurProbability = 0.1,
        SolarizeProbability = 0,
        SecondSolarizeProbability = 0.2,
    };

    /// <summary>
    /// The recipe for minutes on a CPU and small pictures (32 px): a half-width ResNet-10 with a 3x3 stride-2 stem, SGD with a warmed-up
    /// cosine learning rate, a faster target network, a predictor that learns ten times faster than the encoder, and views of half the
    /// size for three quarters of the run. Set <see cref="MaxTrainingTime"/> to fit it to a machine. docs/recipes.md has what it was
    /// chosen from.
    /// </summary>
    public static ByolOptions Fast() => new()
    {
        Recipe = "fast",
        Backbone = ByolBackbone.ResNet10,
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
        Tau = 0.95,
        CropAreaMinimum = 0.2,
        HalfSizeFraction = 0.75,
    };

    /// <summary>
    /// <see cref="Fast"/> for photographs: 64 px, with the standard stem, which halves twice, so that a step costs less than twice as much.
    /// </summary>
    public static ByolOptions FastPhotographs()
    {
        var options = Fast();
        options.Recipe = "fast-photographs";
        options.ImageSize = 64;
        options.Stem = ByolStem.Standard;
        return options;
    }
}
