using System.ComponentModel.DataAnnotations;
using Byol.MLNet.Options;

namespace Byol.MLNet;

/// <summary>How the online network is optimised: the optimiser and its learning rate over the run.</summary>
/// <remarks>Part of a <see cref="ByolRecipe"/>.</remarks>
public sealed record ByolOptimizationRecipe : IRecipePart
{
    /// <summary>The optimiser.</summary>
    /// <value>The default value is <see cref="ByolOptimizer.Sgd"/>.</value>
    public ByolOptimizer Optimizer { get; init; } = ByolOptimizer.Sgd;

    /// <summary>Learning rate at its highest.</summary>
    /// <value>The default value is 0.1. Range: above 0 to 100.</value>
    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Whether <see cref="LearningRate"/> is for batches of 256, and is multiplied by
    /// <see cref="ByolRecipe.BatchSize"/>·<see cref="ByolRecipe.GradientAccumulation"/>/256 (Grill et al. 2020, section
    /// 3.3).</summary>
    /// <value>The default value is false.</value>
    public bool ScaleLearningRate { get; init; }

    /// <summary>How the learning rate moves.</summary>
    /// <value>The default value is <see cref="ByolLearningRateSchedule.WarmupCosine"/>.</value>
    public ByolLearningRateSchedule LearningRateSchedule { get; init; } = ByolLearningRateSchedule.WarmupCosine;

    /// <summary>Fraction of the run in which the learning rate rises.</summary>
    /// <value>The default value is 0.05. Range: 0 to below 1.</value>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double WarmupFraction { get; init; } = 0.05;

    /// <summary>One cycle starts at <see cref="LearningRate"/> divided by this.</summary>
    /// <value>The default value is 25. Range: 1 to 1e9.</value>
    [Range(1.0, 1e9)]
    public double StartDivisor { get; init; } = 25;

    /// <summary>One cycle ends at <see cref="LearningRate"/> divided by this.</summary>
    /// <value>The default value is 1e5. Range: 1 to 1e9.</value>
    [Range(1.0, 1e9)]
    public double EndDivisor { get; init; } = 1e5;

    /// <summary>How much of the last steps' direction a step keeps: momentum, or β1 where the optimiser has
    /// two.</summary>
    /// <value>The default value is 0.9. Range: 0 to below 1.</value>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum { get; init; } = 0.9;

    /// <summary>
    /// Momentum at the learning rate's peak in a one-cycle run, cycled against the learning rate; null keeps it
    /// constant.
    /// </summary>
    /// <value>The default value is null. Range: 0 to below 1.</value>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double? PeakMomentum { get; init; }

    /// <summary>β2, where the optimiser has one.</summary>
    /// <value>The default value is 0.999. Range: 0 to below 1.</value>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε, where the optimiser has one.</summary>
    /// <value>The default value is 1e-8. Range: above 0 to 1.</value>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>
    /// η of <see cref="ByolOptimizer.Lars"/>: norm of a weight tensor's step before the learning rate, over that of the
    /// tensor.
    /// </summary>
    /// <value>The default value is 1e-3. Range: above 0 to 1.</value>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double TrustCoefficient { get; init; } = 1e-3;

    /// <summary>
    /// Weight decay of convolution and linear weights; biases and batch norm have none (Grill et al. 2020, section
    /// 3.3).
    /// </summary>
    /// <value>The default value is 5e-4. Range: 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double WeightDecay { get; init; } = 5e-4;

    /// <summary>The predictor's learning rate is <see cref="LearningRate"/> times this.</summary>
    /// <value>The default value is 10. Range: 0 to 1000.</value>
    [Range(0.0, 1000.0)]
    public double PredictorLearningRateFactor { get; init; } = 10;

    /// <summary>Gradients are scaled down to this norm over all weights; 0 does not clip.</summary>
    /// <value>The default value is 1. Range: 0 to 1e6.</value>
    [Range(0.0, 1e6)]
    public double ClipNorm { get; init; } = 1;
}
