using System.ComponentModel.DataAnnotations;
using Byol.MLNet.Options;

namespace Byol.MLNet;

/// <summary>How gently an encoder that was trained before is trained further.</summary>
/// <remarks>Part of a <see cref="ByolRecipe"/>.</remarks>
public sealed record ByolAdaptationRecipe : IRecipePart
{
    /// <summary>
    /// Stages of the encoder that are trained, counted from its end; a stage begins where the picture shrinks. Those
    /// before keep their weights and their batch norm's statistics. Null trains all.
    /// </summary>
    /// <value>The default value is null. Range: 0 to 32.</value>
    [Range(0, 32)]
    public int? TrainedStages { get; init; }

    /// <summary>Whether of the trained stages only batch norm's scales and shifts learn.</summary>
    /// <value>The default value is false.</value>
    public bool TrainsBatchNormOnly { get; init; }

    /// <summary>
    /// Part of the run, at its start, in which the heads alone learn, so that their first, random gradients do not
    /// reach the encoder.
    /// </summary>
    /// <value>The default value is 0. Range: 0 to below 1.</value>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double HeadWarmup { get; init; }

    /// <summary>
    /// Whether, after training, batch norm's statistics are taken anew from whole pictures of
    /// <see cref="ByolEncoderRecipe.EmbeddingSize"/>, as views are crops and may be smaller.
    /// </summary>
    /// <value>The default value is false.</value>
    public bool ReestimatesBatchNorm { get; init; }

    /// <summary>Whether the encoder that the run started from comes out again where the trained one is not better; the
    /// verdict says which.</summary>
    /// <value>The default value is false.</value>
    public bool KeepsBetter { get; init; }
}
