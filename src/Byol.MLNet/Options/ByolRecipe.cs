using System.ComponentModel.DataAnnotations;
using Byol.MLNet.Options;

namespace Byol.MLNet;

/// <summary>
/// What the result of a pretraining depends on, beside its images and its seed: encoder, views, heads, optimiser,
/// target network and length. A recipe never changes; <c>with</c> makes another one of it. It is stored with
/// checkpoints and models.
/// </summary>
/// <remarks><c>new ByolRecipe()</c> equals <see cref="Fast"/>. Values are checked all at once when a fit
/// starts.</remarks>
/// <example>
/// <!-- quote: src/Byol.Samples/QuickEncoder.cs#recipe -->
/// <code>
/// var recipe = ByolRecipe.Fast with
/// {
///     BatchSize = 16,
///     Encoder = ByolRecipe.Fast.Encoder with { Width = 0.25 },
/// };
/// var options = new ByolOptions { Recipe = recipe, Epochs = 2, Seed = 1 };
/// </code>
/// </example>
public sealed record ByolRecipe : IRecipePart
{
    /// <summary>
    /// For minutes on a CPU and small pictures (32 px): a half-width ResNet-10 with a 3x3 stride-2 stem, SGD with a
    /// warmed-up cosine learning rate, a fast target network, a predictor that learns ten times faster than the
    /// encoder, and views of half the size for three quarters of the run. docs/recipes.md has what it was chosen from.
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
    /// BYOL on the caller's images from a network that was trained before (<see cref="ByolOptions.Start"/>; the ImageNet
    /// network by default; Reed et al. 2021): the last stages alone learn, once the heads have warmed up, and the start
    /// comes out again where training made it no better. It is trained at 96 px and embeds 224 px.
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
        Target = new() { Tau = 0.99 },
        Adaptation = new()
        {
            TrainedStages = 2,
            HeadWarmup = 0.2,
            TargetUsesRunningStatistics = true,
            ReestimatesBatchNorm = true,
            KeepsBetter = true,
        },
        BatchSize = 64,
    };

    /// <summary>All recipes that come with the library.</summary>
    public static IReadOnlyList<ByolRecipe> BuiltIn { get; } =
        [Fast, FastPhotographs, Taught, Adapt, Paper, Walkthrough];

    /// <summary>
    /// Name of the recipe that this one was made from, stored with the model. It changes nothing else.
    /// </summary>
    /// <value>The default value is <c>fast</c>.</value>
    [Required]
    public string Name { get; init; } = "fast";

    /// <summary>How the encoder learns.</summary>
    /// <value>The default value is <see cref="ByolPretrainingMethod.Byol"/>.</value>
    public ByolPretrainingMethod Method { get; init; } = ByolPretrainingMethod.Byol;

    /// <summary>The encoder f and the pictures that it sees.</summary>
    /// <value>The default values are those of <see cref="ByolEncoderRecipe"/>.</value>
    [Required]
    public ByolEncoderRecipe Encoder { get; init; } = new();

    /// <summary>How the two views of an image are drawn.</summary>
    /// <value>The default values are those of <see cref="ByolViewRecipe"/>.</value>
    [Required]
    public ByolViewRecipe Views { get; init; } = new();

    /// <summary>Projector and predictor.</summary>
    /// <value>The default values are those of <see cref="ByolHeadRecipe"/>.</value>
    [Required]
    public ByolHeadRecipe Heads { get; init; } = new();

    /// <summary>How the online network is optimised.</summary>
    /// <value>The default values are those of <see cref="ByolOptimizationRecipe"/>.</value>
    [Required]
    public ByolOptimizationRecipe Optimization { get; init; } = new();

    /// <summary>How slowly the target network follows.</summary>
    /// <value>The default values are those of <see cref="ByolTargetRecipe"/>.</value>
    [Required]
    public ByolTargetRecipe Target { get; init; } = new();

    /// <summary>How gently an encoder that was trained before is trained.</summary>
    /// <value>The default values are those of <see cref="ByolAdaptationRecipe"/>.</value>
    [Required]
    public ByolAdaptationRecipe Adaptation { get; init; } = new();

    /// <summary>What is learnt from a teacher, where there is one.</summary>
    /// <value>The default values are those of <see cref="ByolTeachingRecipe"/>.</value>
    [Required]
    public ByolTeachingRecipe Teaching { get; init; } = new();

    /// <summary>
    /// Passes over the training images, where <see cref="ByolOptions.Epochs"/> does not say another number.
    /// </summary>
    /// <value>The default value is 10. Range: 1 to 100000.</value>
    [Range(1, 100_000)]
    public int Epochs { get; init; } = 10;

    /// <summary>Images a batch; an epoch's last partial batch is dropped.</summary>
    /// <value>The default value is 128. Range: 2 to 65536.</value>
    [Range(2, 65_536)]
    public int BatchSize { get; init; } = 128;

    /// <summary>Batches whose gradients are averaged into one optimiser step (and one target update).</summary>
    /// <value>The default value is 1. Range: 1 to 1024.</value>
    [Range(1, 1024)]
    public int GradientAccumulation { get; init; } = 1;

    /// <summary>Whether the loss is the sum of its two directions (Grill et al. 2020, section 3.1) and not their mean.
    /// It doubles gradients; reports give the mean in either case.</summary>
    /// <value>The default value is false.</value>
    public bool SumLossDirections { get; init; }

    /// <summary>
    /// Fraction of the images held out of training, whose loss and feature variance are reported each epoch.
    /// </summary>
    /// <value>The default value is 0. Range: 0 to 0.9.</value>
    [Range(0.0, 0.9)]
    public double ValidationFraction { get; init; }

    /// <summary>Number format of the heavy arithmetic.</summary>
    /// <value>The default value is <see cref="ByolPrecision.Auto"/>.</value>
    public ByolPrecision Precision { get; init; } = ByolPrecision.Auto;

    /// <summary>Images to an optimiser step.</summary>
    internal int StepImages => BatchSize * GradientAccumulation;

    /// <summary>Checks all values at once; a fit does so too.</summary>
    /// <exception cref="ArgumentException">One or more values are out of range; a line for each names the property, its
    /// value and the range.</exception>
    public void Validate() => OptionsValidator.Validate(this);
}
