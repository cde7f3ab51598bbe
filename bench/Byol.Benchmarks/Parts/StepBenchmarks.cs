using BenchmarkDotNet.Attributes;
using Byol.MLNet;
using Byol.MLNet.Pretraining.Methods.Byol;
using Byol.MLNet.Torch;
using static TorchSharp.torch;

namespace Byol.Benchmarks.Parts;

/// <summary>A step of the walk-through and its parts.</summary>
public class StepBenchmarks
{
    private RecipeStep _walkthrough = null!;
    private RetainedHeap _heap = null!;
    private Tensor _prediction = null!;
    private Tensor _target = null!;

    [GlobalSetup]
    public void Setup()
    {
        _heap = new RetainedHeap();
        _walkthrough = new RecipeStep(ByolRecipe.Walkthrough);
        _prediction = randn(_walkthrough.BatchSize, 128);
        _target = randn(_walkthrough.BatchSize, 128);
        _walkthrough.Run();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _prediction.Dispose();
        _target.Dispose();
        _walkthrough.Dispose();
        _heap.Dispose();
    }

    [Benchmark]
    public void Step() => _walkthrough.Run();

    [Benchmark]
    public void TargetForwardOfOneView() => _walkthrough.ForwardTarget();

    [Benchmark]
    public void OptimizerAndMovingAverage()
    {
        _walkthrough.Optimizer.Step(1e-3, 0.9);
        _walkthrough.Network.UpdateTarget(0.99);
    }

    [Benchmark]
    public double Loss()
    {
        using var scope = NewDisposeScope();
        return ByolLoss.Of(_prediction, _target).Value();
    }
}
