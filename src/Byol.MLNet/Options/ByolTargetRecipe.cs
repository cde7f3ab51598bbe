using System.ComponentModel.DataAnnotations;
using Byol.MLNet.Options;

namespace Byol.MLNet;

/// <summary>How slowly the target network follows the online network (Grill et al. 2020, equation 1).</summary>
/// <remarks>Part of a <see cref="ByolRecipe"/>.</remarks>
public sealed record ByolTargetRecipe : IRecipePart
{
    /// <summary>
    /// τ at the start: the share of itself that the target network keeps at a step (Grill et al. 2020, equation 1).
    /// </summary>
    /// <value>The default value is 0.95. Range: 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Tau { get; init; } = 0.95;

    /// <summary>How τ moves.</summary>
    /// <value>The default value is <see cref="ByolTauSchedule.Cosine"/>.</value>
    public ByolTauSchedule TauSchedule { get; init; } = ByolTauSchedule.Cosine;

    /// <summary>τ at the end of <see cref="ByolTauSchedule.Linear"/>.</summary>
    /// <value>The default value is 0.999. Range: 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double TauEnd { get; init; } = 0.999;

    /// <summary>Steps over which <see cref="ByolTauSchedule.Linear"/> rises.</summary>
    /// <value>The default value is 1000. Range: 1 or more.</value>
    [Range(1, int.MaxValue)]
    public int TauSteps { get; init; } = 1000;

    /// <summary>
    /// Whether the target network's batch norm uses statistics that follow the online network's by τ, as its weights do
    /// (EMAN, Cai et al. 2021), and not its own batch's, as in the paper.
    /// </summary>
    /// <value>The default value is false, as in the paper. <see cref="ByolRecipe.Fast"/> and what is made of it have
    /// true.</value>
    public bool TargetUsesRunningStatistics { get; init; }
}
