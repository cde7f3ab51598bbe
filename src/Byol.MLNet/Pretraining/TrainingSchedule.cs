using Byol.MLNet.Pretraining.Methods;

namespace Byol.MLNet.Pretraining;

/// <summary>
/// What a recipe says for one step of a run: of known length, or as long as its time budget makes it.
/// </summary>
internal sealed class TrainingSchedule(ByolRecipe recipe, long totalSteps, TimeBudget? budget = null)
{
    private readonly ByolOptimizationRecipe _optimization = recipe.Optimization;
    private readonly double _batchScale = recipe.Optimization.ScaleLearningRate ? recipe.StepImages / 256.0 : 1;

    /// <summary>Steps of the run; a time budget goes its own way.</summary>
    public long TotalSteps { get; } = totalSteps;

    /// <summary>Steps of the run whose views are of half the size: its first ones.</summary>
    public long HalfSizeSteps => (long)Math.Ceiling(recipe.Views.HalfSizeFraction * TotalSteps);

    /// <summary>Side of the two views in pixels.</summary>
    public int ViewSide(long step) => budget?.IsHalfSize(step) ?? step < recipe.Views.HalfSizeFraction * TotalSteps
        ? recipe.Encoder.ImageSize / 2
        : recipe.Encoder.ImageSize;

    public double LearningRate(long step)
    {
        var at = Position(step);
        return _batchScale * (_optimization.LearningRateSchedule switch
        {
            ByolLearningRateSchedule.OneCycle => Schedules.OneCycle(
                at.Position,
                at.Total,
                _optimization.WarmupFraction,
                _optimization.LearningRate / _optimization.StartDivisor,
                _optimization.LearningRate,
                _optimization.LearningRate / _optimization.EndDivisor),
            _ => Schedules.WarmupCosine(
                at.Position, at.Total, _optimization.WarmupFraction, _optimization.LearningRate),
        });
    }

    public double Momentum(long step)
    {
        var at = Position(step);
        return _optimization is { LearningRateSchedule: ByolLearningRateSchedule.OneCycle, PeakMomentum: { } peak }
            ? Schedules.OneCycle(
                at.Position,
                at.Total,
                _optimization.WarmupFraction,
                _optimization.Momentum,
                peak,
                _optimization.Momentum)
            : _optimization.Momentum;
    }

    /// <summary>Where the schedules stand before the given step.</summary>
    public SchedulePosition Position(long step)
    {
        var (position, total) = budget?.Position ?? (step, TotalSteps);
        return new SchedulePosition(step, position, total);
    }
}
