namespace Byol.MLNet;

/// <content>The recipes that come with the library.</content>
public sealed partial record ByolRecipe
{
    /// <summary>
    /// For minutes on a CPU and small pictures (32 px): a half-width ResNet-10 with a 3x3 stride-2 stem, SGD with a
    /// warmed-up cosine learning rate, a fast target network whose batch norm follows the online network's, a predictor
    /// that learns ten times faster than the encoder, and views of half the size for three quarters of the run. Its
    /// embedding is that of the last two stages, whitened a part of the way where that helps.
    /// docs/recipes.md has what it was chosen from.
    /// </summary>
    public static ByolRecipe Fast { get; } = new();

    /// <summary>
    /// <see cref="Fast"/> for photographs: 64 px, with the standard stem, which halves twice, so that a step costs less
    /// than twice as much.
    /// </summary>
    public static ByolRecipe FastPhotographs { get; } = Fast with
    {
        Name = "fast-photographs",
        Encoder = Fast.Encoder with { ImageSize = 64, Stem = ByolStem.Standard },
    };

    /// <summary>
    /// The published walk-through: ResNet-18 with the standard stem at 32 px, Adam with a one-cycle learning rate,
    /// batch 256, 10 epochs.
    /// It is the recipe that speed is measured by; on small pictures <see cref="Fast"/> learns more.
    /// </summary>
    public static ByolRecipe Walkthrough { get; } = new()
    {
        Name = "walkthrough",
        Encoder = new() { Backbone = ByolBackbone.ResNet18, Stem = ByolStem.Standard, Width = 1 },
        Views = new() { CropAreaMinimum = 0.08, HalfSizeFraction = 0 },
        Heads = new() { ProjectorHiddenSize = 256, ProjectorOutputSize = 128, PredictorHiddenSize = 64 },
        Optimization = new()
        {
            Optimizer = ByolOptimizer.Adam,
            LearningRate = 2e-3,
            LearningRateSchedule = ByolLearningRateSchedule.OneCycle,
            WarmupFraction = 0.25,
            Momentum = 0.95,
            PeakMomentum = 0.85,
            WeightDecay = 0,
            PredictorLearningRateFactor = 1,
        },
        Target = new() { Tau = 0.996 },
        BatchSize = 256,
        ValidationFraction = 0.2,
    };

    /// <summary>
    /// The paper's (Grill et al. 2020, section 3.3 and appendix B): LARS with learning rate 0.2·batch/256, a hundredth
    /// of the run warming up, then cosine decay, the sum of both loss directions, views that differ in blur and
    /// solarisation, heads of 4096 and 256, τ from 0.996. It was made for 1000 epochs of batches of 4096; encoder and
    /// picture size (there ResNet-50 at 224 px) are the caller's choice.
    /// </summary>
    public static ByolRecipe Paper { get; } = Walkthrough with
    {
        Name = "paper",
        ValidationFraction = 0,
        SumLossDirections = true,
        Views = Walkthrough.Views with
        {
            BlurProbability = 1,
            SecondBlurProbability = 0.1,
            SecondSolarizeProbability = 0.2,
        },
        Heads = new() { ProjectorHiddenSize = 4096, ProjectorOutputSize = 256, PredictorHiddenSize = 4096 },
        Optimization = Walkthrough.Optimization with
        {
            Optimizer = ByolOptimizer.Lars,
            LearningRate = 0.2,
            ScaleLearningRate = true,
            LearningRateSchedule = ByolLearningRateSchedule.WarmupCosine,
            WarmupFraction = 0.01,
            Momentum = 0.9,
            PeakMomentum = null,
            WeightDecay = 1.5e-6,
            ClipNorm = 0,
        },
    };

    /// <summary>
    /// A small, quick student of a network that was trained before (<see cref="ByolOptions.Teacher"/>; the ImageNet
    /// network by default): a ResNet-10 at 64 px that starts from the teacher's own first blocks. docs/recipes.md has
    /// what it was chosen from.
    /// </summary>
    public static ByolRecipe Taught { get; } = Fast with
    {
        Name = "taught",
        Method = ByolPretrainingMethod.Taught,
        Encoder = new()
        {
            ImageSize = 64,
            Stem = ByolStem.Standard,
            Width = 1,
            ResizeMode = ByolResizeMode.Crop,
            Whitening = ByolWhitening.Auto,
        },
        Views = new()
        {
            CropAreaMinimum = 0.3,
            HalfSizeFraction = 0,
            Brightness = 0.2,
            Contrast = 0.2,
            Saturation = 0.1,
            Hue = 0.02,
            GreyProbability = 0,
            BlurProbability = 0,
        },
        Optimization = new() { WeightDecay = 1e-4, PredictorLearningRateFactor = 1 },
        Epochs = 20,
    };

    /// <summary>
    /// BYOL on the caller's images from a network that was trained before (<see cref="ByolOptions.Start"/>; the
    /// ImageNet network by default; Reed et al. 2021): the last stages alone learn, once the heads have warmed up, and
    /// the start comes out again where training made it worse. It is trained at 96 px and embeds 224 px.
    /// </summary>
    public static ByolRecipe Adapt { get; } = Fast with
    {
        Name = "adapt",
        Encoder = new()
        {
            Backbone = ByolBackbone.OfStart,
            ImageSize = 96,
            EmbeddingSize = 224,
            Stem = ByolStem.Standard,
            Width = 1,
            ResizeMode = ByolResizeMode.Crop,
            Whitening = ByolWhitening.Auto,
        },
        Views = new() { HalfSizeFraction = 0 },
        Optimization = new() { LearningRate = 0.02, WeightDecay = 1e-4 },
        Target = Fast.Target with { Tau = 0.99 },
        Adaptation = new()
        {
            TrainedStages = 2,
            HeadWarmup = 0.2,
            ReestimatesBatchNorm = true,
            KeepsBetter = true,
        },
        BatchSize = 64,
    };

    /// <summary>All recipes that come with the library.</summary>
    public static IReadOnlyList<ByolRecipe> BuiltIn { get; } =
        [Fast, FastPhotographs, Taught, Adapt, Paper, Walkthrough];
}
