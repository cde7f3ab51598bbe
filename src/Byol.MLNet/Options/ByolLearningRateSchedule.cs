namespace Byol.MLNet;

/// <summary>How the learning rate moves over the run; a pure function of the step.</summary>
public enum ByolLearningRateSchedule
{
    /// <summary>
    /// One cycle (Smith and Topin 2017): cosine from maximum/<see cref="ByolOptimizationRecipe.StartDivisor"/> to the
    /// maximum, then to maximum/<see cref="ByolOptimizationRecipe.EndDivisor"/>.
    /// </summary>
    OneCycle,

    /// <summary>Linear warm-up to the maximum, then cosine to 0 (Grill et al. 2020, section 3.3).</summary>
    WarmupCosine,
}
