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
public sealed partial record ByolRecipe : IRecipePart
{
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
    /// <value>The default values are those of <see cref="ByolEncoderRecipe"/>, but that two stages are embedded, with
    /// <see cref="ByolWhitening.Auto"/>.</value>
    [Required]
    public ByolEncoderRecipe Encoder { get; init; } = new() { EmbeddedStages = 2, Whitening = ByolWhitening.Auto };

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
    /// <value>The default values are those of <see cref="ByolTargetRecipe"/>, but that the target network's batch norm
    /// uses running statistics.</value>
    [Required]
    public ByolTargetRecipe Target { get; init; } = new() { TargetUsesRunningStatistics = true };

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

    /// <summary>
    /// Batches whose gradients are averaged into one optimiser step (and one target update). With more than one, a
    /// batch's views are looked at one after the other, which takes half of the memory for activations that both at
    /// once take.
    /// </summary>
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

    /// <summary>
    /// The recipe for batches κ times as large, that many processes share, say: κ times the learning rate (√κ times
    /// with Adam and AdamW; none where <see cref="ByolOptimizationRecipe.ScaleLearningRate"/> does so already), and τ
    /// to the power of κ, so that the target network follows as much an image (Busbridge et al. 2023).
    /// </summary>
    /// <param name="factor">κ, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0.</exception>
    public ByolRecipe ScaleBatch(double factor)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        var rate = Optimization switch
        {
            { ScaleLearningRate: true } => 1,
            { Optimizer: ByolOptimizer.Adam or ByolOptimizer.AdamW } => Math.Sqrt(factor),
            _ => factor,
        };
        return this with
        {
            BatchSize = (int)Math.Round(BatchSize * factor),
            Optimization = Optimization with { LearningRate = Optimization.LearningRate * rate },
            Target = Target with { Tau = Math.Pow(Target.Tau, factor) },
        };
    }

    /// <summary>Images to an optimiser step.</summary>
    internal int StepImages => BatchSize * GradientAccumulation;

    /// <summary>Checks all values at once; a fit does so too.</summary>
    /// <exception cref="ArgumentException">One or more values are out of range; a line for each names the property, its
    /// value and the range.</exception>
    public void Validate() => OptionsValidator.Validate(this);
}
