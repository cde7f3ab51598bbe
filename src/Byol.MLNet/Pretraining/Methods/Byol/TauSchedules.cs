namespace Byol.MLNet.Pretraining.Methods.Byol;

/// <summary>τ, the share of itself that the target network keeps at a step, as a pure function of the step, so that a
/// resumed run continues it.</summary>
internal static class TauSchedules
{
    public static double Of(ByolTargetRecipe recipe, SchedulePosition at) => recipe.TauSchedule switch
    {
        ByolTauSchedule.Cosine => Cosine(at.Position, at.Total, recipe.Tau),
        ByolTauSchedule.Linear => Linear(at.Step, recipe.TauSteps, recipe.Tau, recipe.TauEnd),
        _ => throw new ArgumentOutOfRangeException(nameof(recipe), $"There is no schedule {recipe.TauSchedule}."),
    };

    /// <summary>τ_k = 1 − (1 − τ_0)(cos(πk/K) + 1)/2, clamped at K (Grill et al. 2020, section 3.3).</summary>
    public static double Cosine(double step, double totalSteps, double start) =>
        1 - (1 - start) * (Math.Cos(Math.PI * Math.Min(step, totalSteps) / totalSteps) + 1) / 2;

    public static double Linear(long step, long rampSteps, double start, double end) =>
        start + (end - start) * Math.Min(step, rampSteps) / rampSteps;
}
