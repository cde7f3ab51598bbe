using Byol.MLNet.Encoders;
using Byol.MLNet.Pretraining.Monitoring;
using Byol.MLNet.Torch;
using Byol.MLNet.Views;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Methods.Byol;

/// <summary>
/// BYOL (Grill et al. 2020, algorithm 1): the online network learns to predict, from one view, the target network's
/// projection of the other; the target is a moving average of it. The two directions of the loss, which is their sum,
/// go backward by themselves: side by side where there are threads for both, else one after the other.
/// </summary>
internal sealed class ByolMethod(ByolNetwork network, ByolRecipe recipe, PhaseClock clock, SideBySide sides)
    : IPretrainingMethod
{
    private SchedulePosition _position;

    public NetworkParameters Trained => network.Online;

    public IReadOnlyDictionary<string, NetworkParameters> Networks { get; } =
        new Dictionary<string, NetworkParameters> { ["online"] = network.Online, ["target"] = network.Target };

    public int ProjectionDimension => recipe.Heads.ProjectorOutputSize;

    public StepOutputs? LastOutputs { get; private set; }

    public static ByolMethod Create(MethodSetup setup)
    {
        var network = new ByolNetwork(
            setup.Architecture,
            setup.ViewSides,
            setup.Recipe.Heads,
            setup.Compute,
            setup.Device,
            setup.Recipe.Adaptation,
            setup.Synchronized);
        network.Load(WeightInitializer.Create(network.Online.Specs, setup.Seed));
        return new ByolMethod(network, setup.Recipe, setup.Clock, setup.Sides);
    }

    public double LearningRateFactor(int group) => group == ByolNetwork.PredictorGroup
        ? recipe.Optimization.PredictorLearningRateFactor
        : network.Groups.LearningRateFactor(group, _position);

    public void BeforeStep(SchedulePosition position) => _position = position;

    public void StartFrom(NetworkWeights encoder) => network.LoadEncoder(encoder);

    public double AccumulateGradients(ViewPair views, double weight)
    {
        var (first, second, _) = views;
        var (target1, target2) = ForwardTarget(first, second);
        using var _1 = target1;
        using var _2 = target2;
        using var _ = clock.Measure(Phase.Online);
        var share = recipe.SumLossDirections ? weight : weight / 2;
        var (loss1, loss2) = sides.Run(
            () => Direction(first, target2, share, keepOutputs: true),
            () => Direction(second, target1, share, keepOutputs: false));
        network.Online.SecondView.Follow();
        network.Online.CollectGradients(sides);
        return recipe.SumLossDirections ? (loss1 + loss2) / 2 : loss1 + loss2;
    }

    /// <summary>The target network's update (equation 1).</summary>
    public double AfterStep(SchedulePosition position)
    {
        var tau = TauSchedules.Of(recipe.Target, position);
        network.UpdateTarget(tau, recipe.Target.TargetUsesRunningStatistics, sides);
        return tau;
    }

    public (double Loss, Tensor Projection) Evaluate(ViewPair views)
    {
        var (first, second, _) = views;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (projection, prediction1) = network.ForwardOnline(first, training: false);
        var (_, prediction2) = network.ForwardOnline(second, training: false);
        var loss = (ByolLoss.Of(prediction1, network.ForwardTarget(second, training: false)).Value()
            + ByolLoss.Of(prediction2, network.ForwardTarget(first, training: false)).Value()) / 2;
        return (loss, projection.to(float32).MoveToOuterDisposeScope());
    }

    public Tensor Embed(Tensor images) => network.Embed(images);

    public void SeeStatistics(Tensor images) => network.SeeStatistics(images);

    public NetworkWeights ExportEncoder() => network.ExportEncoder();

    public void Dispose()
    {
        LastOutputs?.Dispose();
        network.Dispose();
    }

    private (Tensor First, Tensor Second) ForwardTarget(Tensor first, Tensor second)
    {
        using var _ = clock.Measure(Phase.Target);
        var targets = sides.Run(() => Forward(first), () => Forward(second));
        network.Target.SecondView.Follow();
        return targets;

        Tensor Forward(Tensor view)
        {
            using var scope = NewDisposeScope();
            return network.ForwardTarget(view, training: !recipe.Target.TargetUsesRunningStatistics)
                .DetachFromDisposeScope();
        }
    }

    private double Direction(Tensor view, Tensor target, double weight, bool keepOutputs)
    {
        using var scope = NewDisposeScope();
        var (projection, prediction) = network.ForwardOnline(
            view, training: true, network.Groups.TrainsEncoder(_position));
        var loss = ByolLoss.Of(prediction, target).Scaled(weight);
        loss.backward();
        if (keepOutputs)
        {
            LastOutputs?.Dispose();
            LastOutputs = new StepOutputs(
                StepOutputs.Keep(projection), StepOutputs.Keep(prediction), StepOutputs.Keep(target));
        }
        return loss.Value();
    }
}
