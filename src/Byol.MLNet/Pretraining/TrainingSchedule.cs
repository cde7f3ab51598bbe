namespace Byol.MLNet.Pretraining;

/// <summary>What the options say for one step of a run: of known length, or as long as its time budget makes
/// it.</summary>
internal sealed class TrainingSchedule(ByolOptions options, long totalSteps, TimeBudget? budget = null)
{
    /// <summary>Steps of the run; a time budget goes its own way.</summary>
    public long TotalSteps { get; } = totalSteps;

    /// <summary>Steps of the run whose views are of half the size: its first ones.</summary>
    public long HalfSizeSteps => (long)Math.Ceiling(options.HalfSizeFraction * TotalSteps);

    /// <summary>Side of the two views in pixels.</summary>
    public int ViewSide(long step) =>
        budget?.IsHalfSize(step) ?? step < options.HalfSizeFraction * TotalSteps ? options.ImageSize / 2 : options.ImageSize;

    public double LearningRate(long step)
    {
        var (at, total) = Position(step);
        return BatchScale * (options.LearningRateSchedule switch
        {
            ByolLearningRateSchedule.OneCycle => Schedules.OneCycle(
                at,
                total,
                options.WarmupFraction,
                options.LearningRate / options.StartDivisor,
                options.LearningRate,
                options.LearningRate / options.EndDivisor),
            _ => Schedules.WarmupCosine(at, total, options.WarmupFraction, options.LearningRate),
        });
    }

    private double BatchScale => options.ScaleLearningRate ? options.BatchSize * options.GradientAccumulation / 256.0 : 1;

    public double Momentum(long step)
    {
        var (at, total) = Position(step);
        return options is { LearningRateSchedule: ByolLearningRateSchedule.OneCycle, PeakMomentum: { } peak }
            ? Schedules.OneCycle(at, total, options.WarmupFraction, options.Momentum, peak, options.Momentum)
            : options.Momentum;
    }

    public double Tau(long step)
    {
        var (at, total) = Position(step);
        return options.TauSchedule switch
        {
            ByolTauSchedule.Cosine => Schedules.CosineTau(at, total, options.Tau),
            _ => Schedules.LinearTau(step, options.TauSteps, options.Tau, options.TauEnd),
        };
    }

    private (double Step, double Total) Position(long step) => budget?.Position ?? (step, TotalSteps);
}
