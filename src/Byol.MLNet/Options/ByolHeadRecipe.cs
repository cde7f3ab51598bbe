using System.ComponentModel.DataAnnotations;
using Byol.MLNet.Options;

namespace Byol.MLNet;

/// <summary>The projector g and the predictor q over the encoder (Grill et al. 2020, section 3.3).</summary>
/// <remarks>Part of a <see cref="ByolRecipe"/>.</remarks>
public sealed record ByolHeadRecipe : IRecipePart
{
    /// <summary>Hidden size of the projector g (Grill et al. 2020, section 3.3).</summary>
    /// <value>The default value is 512. Range: 2 to 16384.</value>
    [Range(2, 16384)]
    public int ProjectorHiddenSize { get; init; } = 512;

    /// <summary>Output size of projector and predictor.</summary>
    /// <value>The default value is 128. Range: 2 to 16384.</value>
    [Range(2, 16384)]
    public int ProjectorOutputSize { get; init; } = 128;

    /// <summary>Hidden size of the predictor q.</summary>
    /// <value>The default value is 512. Range: 2 to 16384.</value>
    [Range(2, 16384)]
    public int PredictorHiddenSize { get; init; } = 512;

    /// <summary>
    /// False leaves the predictor out, which collapses (Grill et al. 2020, table 5b): for the test of the collapse
    /// check.
    /// </summary>
    internal bool HasPredictor { get; init; } = true;
}
