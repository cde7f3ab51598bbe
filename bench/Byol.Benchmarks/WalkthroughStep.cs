using Byol.MLNet;
using Byol.MLNet.Encoders;
using Byol.MLNet.Pretraining;
using Byol.MLNet.Pretraining.Methods.Byol;
using Byol.MLNet.Pretraining.Monitoring;
using Byol.MLNet.Pretraining.Optimizers;
using Byol.MLNet.Torch;
using static TorchSharp.torch;

namespace Byol.Benchmarks;

/// <summary>The walk-through's networks and step on views that are ready.</summary>
internal sealed class WalkthroughStep : IDisposable
{
    private readonly Tensor _first;
    private readonly Tensor _second;

    public WalkthroughStep()
    {
        var options = ByolOptions.Walkthrough();
        var precision = TorchRuntime.ChoosePrecision(options.Precision, CPU);
        var heads = new HeadSizes(options.ProjectorHiddenSize, options.ProjectorOutputSize, options.PredictorHiddenSize);
        Network = new ByolNetwork(EncoderArchitecture.Of(options), [options.ImageSize], heads, precision, CPU);
        Network.Load(WeightInitializer.Create(Network.Online.Specs, Samples.Seed));
        Optimizer = new OnlineOptimizer(Network.Online, options);
        Step = new ByolStep(Network, Optimizer, new TrainingSchedule(options, totalSteps: 1_000_000), new PhaseClock());
        _first = View();
        _second = View();

        Tensor View() => randn([options.BatchSize, options.ImageSize, options.ImageSize, 3]).permute(0, 3, 1, 2);
    }

    public ByolNetwork Network { get; }

    public OnlineOptimizer Optimizer { get; }

    public ByolStep Step { get; }

    public int BatchSize => (int)_first.shape[0];

    public void Run()
    {
        using var scope = NewDisposeScope();
        Step.Run([(_first, _second)]);
    }

    public void ForwardTarget()
    {
        using var scope = NewDisposeScope();
        Network.ForwardTarget(_first, training: true);
    }

    public void Dispose()
    {
        Step.Dispose();
        Optimizer.Dispose();
        Network.Dispose();
        _first.Dispose();
        _second.Dispose();
    }
}
