namespace Byol.MLNet;

/// <summary>How τ, the target network's decay rate, moves over the run; a pure function of the step.</summary>
public enum ByolTauSchedule
{
    /// <summary>
    /// From <see cref="ByolTargetRecipe.Tau"/> to 1 along a half cosine over the whole run (Grill et al. 2020, section
    /// 3.3).
    /// </summary>
    Cosine,

    /// <summary>
    /// Linear from <see cref="ByolTargetRecipe.Tau"/> to <see cref="ByolTargetRecipe.TauEnd"/> over
    /// <see cref="ByolTargetRecipe.TauSteps"/> steps, then constant.
    /// </summary>
    Linear,
}
