using Byol.MLNet.Pretraining.Monitoring;
using Byol.MLNet.Views;

namespace Byol.MLNet.Pretraining;

/// <summary>The views that a run's steps are taken on.</summary>
internal sealed class RunViews(RunInputs inputs, TrainingSchedule schedule, PhaseClock clock)
{
    private readonly TwoViewLoader _loader = inputs.TrainingLoader(time => clock.Add(Phase.Augmentation, time));

    /// <summary>An epoch's batches, without those of the steps that were taken before.</summary>
    public IEnumerator<ViewBatch> Epoch(int epoch, long stepsTaken) => _loader
        .Epoch(epoch, skippedBatches: (int)stepsTaken * inputs.Recipe.GradientAccumulation, Sides(epoch))
        .GetEnumerator();

    /// <summary>The views of the next step; null after the epoch's last one.</summary>
    public ViewPair[]? Next(IEnumerator<ViewBatch> batches)
    {
        using var _ = clock.Measure(Phase.Load);
        return ViewTensor.Next(batches, inputs.Recipe.GradientAccumulation, inputs.Plan.Device);
    }

    // The batch decides the step, so that views can be drawn ahead of it.
    private Func<int, int> Sides(int epoch) =>
        batch => schedule.ViewSide(
            (epoch - 1) * inputs.Plan.StepsPerEpoch + batch / inputs.Recipe.GradientAccumulation);
}
