using Byol.MLNet.Encoders;
using Byol.MLNet.Pretraining;
using Byol.MLNet.Pretraining.Methods;
using Byol.MLNet.Pretraining.Methods.Byol;
using Byol.MLNet.Pretraining.Monitoring;
using Byol.MLNet.Pretraining.Optimizers;
using Byol.MLNet.Torch;
using Byol.MLNet.Views;
using static TorchSharp.torch;

namespace Byol.MLNet.Tests.Pretraining.Methods;

/// <summary>
/// The step's rules that well-known implementations have broken, and the checks that the walk-through itself makes.
/// </summary>
[TestClass]
public class ByolMethodTests
{
    private static readonly EncoderArchitecture Architecture = new(
        ByolBackbone.ResNet18, ByolStem.Conv3x3Stride2, 0.125);
    private static readonly ByolHeadRecipe Heads = new()
    {
        ProjectorHiddenSize = 16,
        ProjectorOutputSize = 8,
        PredictorHiddenSize = 16,
    };

    [TestMethod]
    public void TargetStartsAsACopyOfOnlineWithoutGradient()
    {
        using var run = new Run();
        foreach (var spec in run.Network.Target.Specs)
        {
            Assert.IsTrue(
                run.Network.Target[spec.Name].equal(run.Network.Online[spec.Name]).all().item<bool>(), spec.Name);
            Assert.IsFalse(run.Network.Target[spec.Name].requires_grad, spec.Name);
            Assert.AreEqual(spec.IsTrained, run.Network.Online[spec.Name].requires_grad, spec.Name);
        }
        Assert.IsTrue(
            run.Network.Target.Specs.All(spec => !spec.Name.StartsWith("predictor", StringComparison.Ordinal)),
            "The predictor is on the online side only.");
    }

    [TestMethod]
    [DataRow(ScalarType.Float32, 1)]
    [DataRow(ScalarType.Float32, 3)]
    [DataRow(ScalarType.BFloat16, 1)]
    public void TargetMovesOnceAStepByOneMinusTau(ScalarType compute, int batches)
    {
        using var run = new Run(compute);
        var before = Copy(run.Network.Target.Values);
        run.Step.Run([.. Enumerable.Range(0, batches).Select(i => new ViewPair(View(2 * i), View(2 * i + 1), []))]);
        var online = Copy(run.Network.Online.Values);
        var target = Copy(run.Network.Target.Values);
        Assert.AreEqual(1, run.Step.Count);
        for (var i = 0; i < target.Length; i++)
        {
            Assert.AreEqual(0.9 * before[i] + 0.1 * online[i], target[i], 1e-6);
        }
        Assert.IsGreaterThan(
            1e-3, before.Zip(target, (a, b) => Math.Abs(a - b)).Max(), "The target must have changed.");
    }

    [TestMethod]
    public void AccumulatedGradientIsTheMeanOverBatches()
    {
        using var once = new Run();
        using var twice = new Run();
        var single = once.Step.Run([new(View(0), View(1), [])]);
        var accumulated = twice.Step.Run([new(View(0), View(1), []), new(View(0), View(1), [])]);
        Assert.AreEqual(single.GradientNorm, accumulated.GradientNorm, 1e-4 * single.GradientNorm);
        Assert.AreEqual(single.Loss, accumulated.Loss, 1e-5);
    }

    [TestMethod]
    public void TargetHasItsOwnBatchStatisticsFromOneForwardAView()
    {
        using var scope = NewDisposeScope();
        using var run = new Run();
        run.Step.Run([new(View(0), View(1), [])]);
        var weight = run.Network.Target["encoder.conv1.weight"].clone();
        var mean = run.Network.Target["encoder.bn1.running_mean"].clone();
        run.Step.Run([new(View(2), View(3), [])]);

        static Tensor Average(Tensor before, Tensor batch) => before.Scaled(0.9) + batch.Scaled(0.1);
        Tensor BatchMean(int key) => nn.functional.conv2d(
            View(key), weight, strides: [2, 2], padding: [1, 1]).mean([0, 2, 3]);
        var expected = Average(Average(mean, BatchMean(2)), BatchMean(3));
        AssertClose(expected, run.Network.Target["encoder.bn1.running_mean"], 1e-5);
        var apart = (run.Network.Online["encoder.bn1.running_mean"] - expected).abs().max().item<float>();
        Assert.IsGreaterThan(1e-4f, apart, "Online statistics differ, so that averaging them in would have shown.");
    }

    [TestMethod]
    public void ATargetWithRunningStatisticsFollowsTheOnlineNetworksAndNotItsOwnBatch()
    {
        using var scope = NewDisposeScope();
        using var run = new Run(followsStatistics: true);
        const string Name = "encoder.layer1.0.bn1.running_var";
        var before = run.Network.Target[Name].clone();
        var inEvaluation = run.Network.ForwardTarget(View(1), training: false);
        run.Step.Run([new(View(0), View(1), [])]);
        AssertClose(inEvaluation, run.Outputs.Target, 1e-5);
        AssertClose(before.Scaled(0.9) + run.Network.Online[Name].Scaled(0.1), run.Network.Target[Name], 1e-6);
        Assert.IsGreaterThan(1e-3f, (before - run.Network.Target[Name]).abs().max().item<float>());
    }

    [TestMethod]
    public void WeightsAveragesStatisticsAndLossStayFloat32InBFloat16()
    {
        using var run = new Run(ScalarType.BFloat16);
        var result = run.Step.Run([new(View(0), View(1), [])]);
        Assert.AreEqual(ScalarType.Float32, run.Network.Online.Values.dtype);
        Assert.AreEqual(ScalarType.Float32, run.Network.Online.Gradients!.dtype);
        Assert.AreEqual(ScalarType.Float32, run.Network.Target.Values.dtype);
        Assert.AreEqual(ScalarType.Float32, run.Network.Target["encoder.bn1.running_var"].dtype);
        Assert.AreEqual(ScalarType.Float32, run.Network.Online["encoder.bn1.weight"].dtype);
        Assert.AreEqual(ScalarType.BFloat16, run.Network.Online["encoder.conv1.weight"].dtype);
        using var loss = ByolLoss.Of(ones(2, 3, ScalarType.BFloat16), ones(2, 3, ScalarType.BFloat16));
        Assert.AreEqual(ScalarType.Float32, loss.dtype);
        Assert.IsTrue(double.IsFinite(result.Loss));
    }

    [TestMethod]
    [DataRow(ByolOptimizer.Adam)]
    [DataRow(ByolOptimizer.AdamW)]
    [DataRow(ByolOptimizer.Sgd)]
    public void BiasesAndBatchNormAreNotDecayed(ByolOptimizer kind)
    {
        using var run = new Run();
        using var optimizer = new ParameterOptimizer(
            run.Network.Online, ByolRecipe.Walkthrough.Optimization with
            {
                Optimizer = kind,
                WeightDecay = 0.5,
                Momentum = 0.9,
            },
            run.Sides);
        string[] names =
        [
            "encoder.conv1.weight", "projector.0.weight", "projector.0.bias", "encoder.bn1.weight", "encoder.bn1.bias",
            "predictor.3.bias",
        ];
        var before = names.ToDictionary(name => name, name => Copy(run.Network.Online[name]));
        run.Network.Online.ZeroGradients();
        optimizer.Step(0.1, 0.9);
        foreach (var name in names)
        {
            var changed = !before[name].SequenceEqual(Copy(run.Network.Online[name]));
            Assert.AreEqual(
                name.EndsWith("conv1.weight", StringComparison.Ordinal) || name == "projector.0.weight", changed, name);
        }
    }

    [TestMethod]
    public void PredictorLearnsByItsOwnFactor()
    {
        using var run = new Run(optimization: ByolRecipe.Walkthrough.Optimization with
        {
            Optimizer = ByolOptimizer.Sgd,
            LearningRate = 0.1,
            PredictorLearningRateFactor = 0,
            ClipNorm = 0,
        });
        var predictor = Copy(run.Network.Online["predictor.0.weight"]);
        var projector = Copy(run.Network.Online["projector.0.weight"]);
        run.Step.Run([new(View(0), View(1), [])]);
        CollectionAssert.AreEqual(predictor, Copy(run.Network.Online["predictor.0.weight"]));
        CollectionAssert.AreNotEqual(projector, Copy(run.Network.Online["projector.0.weight"]));
    }

    [TestMethod]
    public void ClippedStepIsAsLongAsTheNormAllows()
    {
        using var run = new Run(optimization: ByolRecipe.Walkthrough.Optimization with
        {
            Optimizer = ByolOptimizer.Sgd,
            LearningRate = 1,
            LearningRateSchedule = ByolLearningRateSchedule.WarmupCosine,
            WarmupFraction = 0,
            ClipNorm = 0.01,
        });
        var before = Copy(run.Network.Online.Values);
        var result = run.Step.Run([new(View(0), View(1), [])]);
        var length = Math.Sqrt(before.Zip(Copy(run.Network.Online.Values), (a, b) => ((double)a - b) * (a - b)).Sum());
        Assert.IsGreaterThan(0.01, result.GradientNorm);
        Assert.AreEqual(0.01, length, 1e-4);
    }

    [TestMethod]
    public void EvaluatedEncoderIsFrozenAndRepeatable()
    {
        using var scope = NewDisposeScope();
        using var run = new Run();
        run.Step.Run([new(View(0), View(1), [])]);
        var before = Copy(run.Network.Online["encoder.bn1.running_mean"]);
        var first = run.Network.Embed(View(5));
        var second = run.Network.Embed(View(5));
        AssertClose(first, second, 1e-6);
        Assert.IsFalse(first.requires_grad);
        CollectionAssert.AreEqual(before, Copy(run.Network.Online["encoder.bn1.running_mean"]));
    }

    [TestMethod]
    public void ANetworkForTwoViewSizesMovesAsOneForEither()
    {
        // Pictures of 8 px and of 16 px meet the last layers as dense products of different sizes over the same
        // kernels.
        using var scope = NewDisposeScope();
        foreach (var side in (int[])[8, 16])
        {
            using var one = new Run(viewSides: [side]);
            using var both = new Run(viewSides: [16, 8]);
            for (var i = 0; i < 2; i++)
            {
                one.Step.Run([new(View(2 * i, side), View(2 * i + 1, side), [])]);
                both.Step.Run([new(View(2 * i, side), View(2 * i + 1, side), [])]);
            }
            AssertClose(one.Network.Online.Values, both.Network.Online.Values, 1e-6);
        }
    }

    [TestMethod]
    public void TheSumOfBothDirectionsDoublesTheGradientAndReportsTheMean()
    {
        using var scope = NewDisposeScope();
        using var mean = new Run();
        using var sum = new Run(sumDirections: true);
        var (first, second) = (mean.Step.Run([new(View(0), View(1), [])]), sum.Step.Run([new(View(0), View(1), [])]));
        Assert.AreEqual(first.Loss, second.Loss, 1e-5);
        Assert.AreEqual(2 * first.GradientNorm, second.GradientNorm, 1e-3 * first.GradientNorm);
    }

    [TestMethod]
    public void TensorsDoNotPileUpOverSteps()
    {
        using var run = new Run(ScalarType.BFloat16);
        run.Step.Run([new(View(0), View(1), [])]);
        var before = LiveOnBothThreads(run.Sides);
        var native = Live();
        for (var i = 0; i < 5; i++)
        {
            using var scope = NewDisposeScope();
            run.Step.Run([new(View(2 * i), View(2 * i + 1), [])]);
        }
        Assert.AreEqual(before, LiveOnBothThreads(run.Sides));
        Assert.AreEqual(native, Live());

        // A tensor may be made on one thread and disposed on the other.
        static long LiveOnBothThreads(SideBySide sides)
        {
            using var _ = sides.Begin();
            var (first, second) = sides.Run(
                () => (Live: TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount, SideBySide.IsSecond),
                () => (Live: TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount, SideBySide.IsSecond));
            return second.IsSecond ? first.Live + second.Live : first.Live;
        }

        // Other tests' tensors may still wait for the finalizer.
        static long Live()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Tensor.TotalCount;
        }
    }

    private static Tensor View(int key, int side = 16) =>
        tensor(Golden.GoldenValues.UnitFloats(8 * 3 * side * side, 50 + key), [8, 3, side, side]);

    private static float[] Copy(Tensor values)
    {
        using var scope = NewDisposeScope();
        return values.detach().to(float32).contiguous().data<float>().ToArray();
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance) =>
        Assert.IsLessThanOrEqualTo(tolerance, (double)(expected - actual).abs().max().item<float>());

    /// <summary>A small network with its optimiser, τ 0.9 and a constant learning rate.</summary>
    private sealed class Run : IDisposable
    {
        private readonly ParameterOptimizer _optimizer;
        private readonly ByolMethod _method;

        public Run(
            ScalarType compute = ScalarType.Float32,
            ByolOptimizationRecipe? optimization = null,
            int[]? viewSides = null,
            bool sumDirections = false,
            bool followsStatistics = false)
        {
            var recipe = ByolRecipe.Walkthrough with
            {
                Heads = Heads,
                Optimization = optimization ?? ByolRecipe.Walkthrough.Optimization with
                {
                    Optimizer = ByolOptimizer.Sgd,
                    LearningRate = 0.5,
                    StartDivisor = 1,
                    EndDivisor = 1,
                    PeakMomentum = null,
                },
                Target = new()
                {
                    TauSchedule = ByolTauSchedule.Linear,
                    Tau = 0.9,
                    TauEnd = 0.9,
                    TargetUsesRunningStatistics = followsStatistics,
                },
                SumLossDirections = sumDirections,
            };
            Network = new ByolNetwork(Architecture, viewSides ?? [16], Heads, compute, CPU);
            Network.Load(WeightInitializer.Create(Network.Online.Specs, 3));
            var clock = new PhaseClock();
            _method = new ByolMethod(Network, recipe, clock, Sides);
            _optimizer = new ParameterOptimizer(Network.Online, recipe.Optimization, Sides, _method.LearningRateFactor);
            Step = new PretrainingStep(_method, _optimizer, new TrainingSchedule(recipe, 100), clock, Sides);
        }

        public ByolNetwork Network { get; }

        public PretrainingStep Step { get; }

        public SideBySide Sides { get; } = new();

        public StepOutputs Outputs => _method.LastOutputs!;

        public void Dispose()
        {
            _optimizer.Dispose();
            _method.Dispose();
            Sides.Dispose();
        }
    }
}
