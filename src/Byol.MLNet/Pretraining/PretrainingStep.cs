using Byol.MLNet.Collectives;
using Byol.MLNet.Pretraining.Methods;
using Byol.MLNet.Pretraining.Monitoring;
using Byol.MLNet.Pretraining.Optimizers;
using Byol.MLNet.Torch;
using Byol.MLNet.Views;

namespace Byol.MLNet.Pretraining;

/// <summary>What one optimiser step measured.</summary>
internal sealed record StepResult(double Loss, double GradientNorm, double Tau, double LearningRate);

/// <summary>
/// One training step: the method's gradients, added up over all processes, clipping, the optimiser, and what the method
/// does after it. So the networks of all processes are the same after each step.
/// </summary>
internal sealed class PretrainingStep(
    IPretrainingMethod method,
    ParameterOptimizer optimizer,
    TrainingSchedule schedule,
    PhaseClock clock,
    SideBySide sides,
    IByolCollective? collective = null)
{
    private readonly IByolCollective _collective = collective ?? SingleProcess.Instance;

    /// <summary>Steps taken so far; the schedules are functions of it.</summary>
    public long Count { get; set; }

    /// <summary>Averages the gradients of the given batches, then takes one step: the target network must follow the
    /// weights once for all of them.</summary>
    public StepResult Run(IReadOnlyList<ViewPair> batches)
    {
        // With one batch each gradient is a sum of two, which is the same in either order. Several batches are for
        // machines short of memory, where two views at once would need twice as much.
        using var halved = sides.Begin(isWanted: batches.Count == 1);
        var position = schedule.Position(Count);
        method.BeforeStep(position);
        method.Trained.ZeroGradients();
        var loss = 0.0;
        foreach (var views in batches)
        {
            loss += method.AccumulateGradients(views, 1.0 / (batches.Count * _collective.Size));
        }
        using (clock.Measure(Phase.Exchange))
        {
            _collective.Sum(method.Trained.Gradients!);
            loss = _collective.Sum(loss);
        }
        using var _ = clock.Measure(Phase.Optimizer);
        var learningRate = schedule.LearningRate(Count);
        var norm = optimizer.Step(learningRate, schedule.Momentum(Count));
        var tau = method.AfterStep(position);
        foreach (var network in method.Networks.Values)
        {
            _collective.AverageStatistics(network);
        }
        Count++;
        return new StepResult(loss, norm, tau, learningRate);
    }
}
