namespace Byol.MLNet.Training;

/// <summary>What the options say for one step of a run of known length.</summary>
internal sealed class TrainingSchedule(ByolOptions options, long totalSteps)
{
    public long TotalSteps { get; } = totalSteps;

    /// <summary>Steps of the run whose views are of half the size: its first ones.</summary>
    public long HalfSizeSteps => (long)Math.Ceiling(options.HalfSizeFraction * TotalSteps);

    /// <summary>Side of the two views in pixels.</summary>
    public int ViewSide(long step) => step < options.HalfSizeFraction * TotalSteps ? options.ImageSize / 2 : options.ImageSize;

    public double LearningRate(long step) => BatchScale * (options.LearningRateSchedule switch
    {
        ByolLearningRateSchedule.OneCycle => Schedules.OneCycle(
            step,
            TotalSteps,
            options.WarmupFraction,
            options.LearningRate / options.StartDivisor,
            options.LearningRate,
            options.LearningRate / options.EndDivisor),
        _ => Schedules.WarmupCosine(step, TotalSteps, options.WarmupFraction, options.LearningRate),
    });

    private double BatchScale => options.ScaleLearningRate ? options.BatchSize * options.GradientAccumulation / 256.0 : 1;

    public double Momentum(long step) =>
        options is { LearningRateSchedule: ByolLearningRateSchedule.OneCycle, PeakMomentum: { } peak }
            ? Schedules.OneCycle(step, TotalSteps, options.WarmupFraction, options.Momentum, peak, options.Momentum)
            : options.Momentum;

    public double Tau(long step) => options.TauSchedule switch
    {
        ByolTauSchedule.Cosine => Schedules.CosineTau(step, TotalSteps, options.Tau),
        _ => Schedules.LinearTau(step, options.TauSteps, options.Tau, options.TauEnd),
    };
}
