using Byol.MLNet.Pretraining.Monitoring;
using Byol.MLNet.Pretraining.Optimizers;
using Byol.MLNet.Torch;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Methods.Byol;

/// <summary>What one optimiser step measured.</summary>
internal sealed record StepResult(double Loss, double GradientNorm, double Tau, double LearningRate);

/// <summary>
/// One training step (Grill et al. 2020, algorithm 1): loss in both directions, backward, clip, optimiser, target update.
/// The two directions go backward one after the other, since the loss is their sum: that halves the activations in memory.
/// </summary>
internal sealed class ByolStep(ByolNetwork network, OnlineOptimizer optimizer, TrainingSchedule schedule, PhaseClock clock, bool sumDirections = false) : IDisposable
{
    /// <summary>What the last batch's first view gave: for the diagnostics.</summary>
    public StepOutputs? LastOutputs { get; private set; }

    /// <summary>Steps taken so far; τ and the learning rate are functions of it.</summary>
    public long Count { get; set; }

    /// <summary>Averages the gradients of the given batches, then takes one optimiser step and one target update.</summary>
    public StepResult Run(IReadOnlyList<(Tensor First, Tensor Second)> batches)
    {
        network.Online.ZeroGradients();
        var loss = 0.0;
        foreach (var (first, second) in batches)
        {
            loss += AccumulateGradients(first, second, 1.0 / batches.Count);
        }
        using var _ = clock.Measure(Phase.Optimizer);
        var (learningRate, tau) = (schedule.LearningRate(Count), schedule.Tau(Count));
        var norm = optimizer.Step(learningRate, schedule.Momentum(Count));
        network.UpdateTarget(tau);
        Count++;
        return new StepResult(loss, norm, tau, learningRate);
    }

    /// <summary>The same loss without training, batch norm in evaluation mode: for held-out images.</summary>
    public (double Loss, Tensor Projection) Evaluate(Tensor first, Tensor second)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (projection, prediction1) = network.ForwardOnline(first, training: false);
        var (_, prediction2) = network.ForwardOnline(second, training: false);
        var loss = (ByolLoss.Of(prediction1, network.ForwardTarget(second, training: false)).Value()
            + ByolLoss.Of(prediction2, network.ForwardTarget(first, training: false)).Value()) / 2;
        return (loss, projection.to(float32).MoveToOuterDisposeScope());
    }

    public void Dispose() => LastOutputs?.Dispose();

    private double AccumulateGradients(Tensor first, Tensor second, double weight)
    {
        using var scope = NewDisposeScope();
        var (target1, target2) = ForwardTarget(first, second);
        using var _ = clock.Measure(Phase.Online);
        var share = sumDirections ? weight : weight / 2;
        var loss = Direction(first, target2, share, keepOutputs: true) + Direction(second, target1, share, keepOutputs: false);
        network.Online.CollectGradients();
        return sumDirections ? loss / 2 : loss;
    }

    private (Tensor First, Tensor Second) ForwardTarget(Tensor first, Tensor second)
    {
        using var _ = clock.Measure(Phase.Target);
        return (network.ForwardTarget(first, training: true), network.ForwardTarget(second, training: true));
    }

    private double Direction(Tensor view, Tensor target, double weight, bool keepOutputs)
    {
        using var scope = NewDisposeScope();
        var (projection, prediction) = network.ForwardOnline(view, training: true);
        var loss = ByolLoss.Of(prediction, target).Scaled(weight);
        loss.backward();
        if (keepOutputs)
        {
            LastOutputs?.Dispose();
            LastOutputs = new StepOutputs(Keep(projection), Keep(prediction), Keep(target));
        }
        return loss.Value();
    }

    private static Tensor Keep(Tensor output) => output.detach().to(float32, copy: true).DetachFromDisposeScope();
}

/// <summary>Projection z, prediction q(z) and the other view's target of a batch, fp32 and detached.</summary>
internal sealed record StepOutputs(Tensor Projection, Tensor Prediction, Tensor Target) : IDisposable
{
    public void Dispose()
    {
        Projection.Dispose();
        Prediction.Dispose();
        Target.Dispose();
    }
}
