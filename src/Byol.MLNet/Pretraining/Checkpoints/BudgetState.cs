using System.Text.Json.Serialization;

namespace Byol.MLNet.Pretraining.Checkpoints;

/// <summary>Where a run with a time budget stands: what a checkpoint keeps of it.</summary>
/// <param name="Seconds">The budget.</param>
/// <param name="Progress">Share of the schedules that has gone by, 0 to 1.</param>
/// <param name="SecondsPerStep">What a step with views of the whole size takes; null before the first one.</param>
/// <param name="SizeRatio">How many times a step with views of half the size that is.</param>
internal sealed record BudgetState(double Seconds, double Progress, double? SecondsPerStep, double SizeRatio)
{
    /// <summary>Whether a run can have written it.</summary>
    [JsonIgnore]
    public bool IsPossible =>
        double.IsFinite(Seconds)
            && Seconds > 0
            && Progress is >= 0 and <= 1
            && SecondsPerStep is null or >= 0 and < double.MaxValue
            && SizeRatio is >= 1 and <= 100;
}
