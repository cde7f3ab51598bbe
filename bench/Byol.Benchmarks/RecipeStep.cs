using System.Diagnostics;
using Byol.MLNet;
using Byol.MLNet.Encoders;
using Byol.MLNet.Pretraining;
using Byol.MLNet.Pretraining.Methods.Byol;
using Byol.MLNet.Pretraining.Monitoring;
using Byol.MLNet.Pretraining.Optimizers;
using Byol.MLNet.Torch;
using static TorchSharp.torch;

namespace Byol.Benchmarks;

/// <summary>A recipe's networks and step on views that are ready.</summary>
internal sealed class RecipeStep : IDisposable
{
    private readonly Tensor _first;
    private readonly Tensor _second;
    private readonly ByolMethod _method;
    private readonly SideBySide _sides = new();

    /// <param name="recipe">The recipe.</param>
    /// <param name="side">The views' side; null is the recipe's.</param>
    public RecipeStep(ByolRecipe recipe, int? side = null)
    {
        var size = side ?? recipe.Encoder.ImageSize;
        var clock = new PhaseClock();
        var compute = TorchRuntime.ChoosePrecision(recipe.Precision, CPU);
        Network = new ByolNetwork(recipe.Encoder.Architecture(), [size], recipe.Heads, compute, CPU);
        Network.Load(WeightInitializer.Create(Network.Online.Specs, Samples.Seed));
        _method = new ByolMethod(Network, recipe, clock, _sides);
        Optimizer = new ParameterOptimizer(Network.Online, recipe.Optimization, _sides, _method.LearningRateFactor);
        Step = new PretrainingStep(
            _method, Optimizer, new TrainingSchedule(recipe, totalSteps: 1_000_000), clock, _sides);
        _first = View();
        _second = View();

        Tensor View() => randn([recipe.BatchSize, size, size, 3]).permute(0, 3, 1, 2);
    }

    public ByolNetwork Network { get; }

    public ParameterOptimizer Optimizer { get; }

    public PretrainingStep Step { get; }

    public int BatchSize => (int)_first.shape[0];

    public void Run()
    {
        using var scope = NewDisposeScope();
        Step.Run([new(_first, _second, [])]);
    }

    /// <summary>What so many steps take together.</summary>
    public TimeSpan Time(int steps)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < steps; i++)
        {
            Run();
        }
        return Stopwatch.GetElapsedTime(start);
    }

    public void ForwardTarget()
    {
        using var scope = NewDisposeScope();
        Network.ForwardTarget(_first, training: true);
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        _method.Dispose();
        _sides.Dispose();
        _first.Dispose();
        _second.Dispose();
    }
}
