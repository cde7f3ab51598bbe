using Byol.MLNet.Encoders;
using Byol.MLNet.Pretraining;
using Byol.MLNet.Pretraining.Methods.Byol;
using Byol.MLNet.Pretraining.Monitoring;
using Byol.MLNet.Pretraining.Optimizers;
using Byol.MLNet.Torch;
using Byol.MLNet.Views;
using static TorchSharp.torch;

namespace Byol.MLNet.Tests.Torch;

/// <summary>Both views of a batch at once.</summary>
[TestClass]
[DoNotParallelize]
public class SideBySideTests
{
    private static readonly EncoderArchitecture Architecture = new(
        ByolBackbone.ResNet10, ByolStem.Conv3x3Stride2, 0.125);
    private static readonly ByolHeadRecipe Heads = new()
    {
        ProjectorHiddenSize = 16,
        ProjectorOutputSize = 8,
        PredictorHiddenSize = 16,
    };

    private readonly int _threads = get_num_threads();

    [TestCleanup]
    public void GiveThreadsBack() => set_num_threads(_threads);

    [TestMethod]
    [DataRow(1, true, false)]
    [DataRow(2, true, true)]
    [DataRow(2, false, false)]
    public void HalvesRunAtOnceWhereThereAreThreadsForBoth(int threads, bool isPossible, bool atOnce)
    {
        set_num_threads(threads);
        using var sides = new SideBySide(isPossible);
        using (sides.Begin())
        {
            var own = Environment.CurrentManagedThreadId;
            var (first, second) = sides.Run(Where, Where);
            Assert.AreEqual((own, false), first);
            Assert.AreEqual(atOnce, second.IsSecond);
            Assert.AreEqual(atOnce, second.Thread != own);
        }
        Assert.AreEqual(threads, get_num_threads());

        static (int Thread, bool IsSecond) Where() => (Environment.CurrentManagedThreadId, SideBySide.IsSecond);
    }

    [TestMethod]
    public void EachHalfHasHalfOfTheThreads()
    {
        set_num_threads(4);
        using var sides = new SideBySide();
        using var _ = sides.Begin();
        Assert.AreEqual((2, 2), sides.Run(get_num_threads, get_num_threads));
    }

    [TestMethod]
    public void AnErrorOfEitherHalfIsTheCallersAndWaitsForTheOther()
    {
        set_num_threads(2);
        using var sides = new SideBySide();
        using var _ = sides.Begin();
        foreach (var failing in new[] { 0, 1 })
        {
            var isOtherDone = false;
            var error = Assert.ThrowsExactly<InvalidOperationException>(
                () => sides.Run(() => Half(0), () => Half(1)));
            Assert.AreEqual("half", error.Message);
            Assert.IsTrue(isOtherDone);

            bool Half(int half)
            {
                if (half == failing)
                {
                    throw new InvalidOperationException("half");
                }
                Thread.Sleep(50);
                return isOtherDone = true;
            }
        }
        Assert.AreEqual((1, 2), sides.Run(() => 1, () => 2));
    }

    [TestMethod]
    [DataRow(1, ByolOptimizer.Sgd)]
    [DataRow(2, ByolOptimizer.Sgd)]
    [DataRow(1, ByolOptimizer.Lars)]
    public void StepsOnTwoThreadsAreThoseOnOne(int batchesPerStep, ByolOptimizer optimizer)
    {
        var one = Train(threads: 1, batchesPerStep, optimizer: optimizer);
        var two = Train(threads: 2, batchesPerStep, optimizer: optimizer);
        foreach (var (name, values) in one)
        {
            for (var i = 0; i < values.Length; i++)
            {
                Assert.AreEqual(values[i], two[name][i], 1e-5 * Math.Max(1, Math.Abs(values[i])), name);
            }
        }
    }

    [TestMethod]
    [DataRow(ScalarType.Float32, 1, 2)]
    [DataRow(ScalarType.Float32, 2, 2)]
    [DataRow(ScalarType.BFloat16, 1, 2)]
    [DataRow(ScalarType.Float32, 1, 3)]
    [DataRow(ScalarType.Float32, 1, 4)]
    public void TheSameStepsTwiceAreEqualBitForBit(ScalarType compute, int batchesPerStep, int threads)
    {
        var once = Train(threads, batchesPerStep, compute);
        foreach (var (name, values) in Train(threads, batchesPerStep, compute))
        {
            CollectionAssert.AreEqual(once[name], values, name);
        }
    }

    [TestMethod]
    public void PlacesForTheSecondViewsStatisticsHoldNothingOfWhatLayThereBefore()
    {
        using var scope = NewDisposeScope();
        using var network = new ByolNetwork(Architecture, [16], Heads, ScalarType.Float32, CPU);
        foreach (var running in network.Online.Statistics)
        {
            var nan = Enumerable.Repeat(float.NaN, (int)running.numel()).ToArray();
            Tensor[] freed = [.. Enumerable.Range(0, 16).Select(_ => tensor(nan, running.shape))];
            foreach (var tensor in freed)
            {
                tensor.Dispose();
            }
            Assert.IsFalse(network.Online.SecondView.PlaceOf(running, momentum: 0.1).isnan().any().item<bool>());
        }
    }

    // Weights and running statistics of both networks after some steps.
    private static Dictionary<string, float[]> Train(
        int threads,
        int batchesPerStep,
        ScalarType compute = ScalarType.Float32,
        ByolOptimizer optimizer = ByolOptimizer.Sgd)
    {
        set_num_threads(threads);
        var recipe = ByolRecipe.Fast with
        {
            Heads = Heads,
            Target = new(),
            Optimization = new() { Optimizer = optimizer },
        };
        using var sides = new SideBySide();
        using var network = new ByolNetwork(Architecture, [16], Heads, compute, CPU);
        network.Load(WeightInitializer.Create(network.Online.Specs, 3));
        var clock = new PhaseClock();
        using var method = new ByolMethod(network, recipe, clock, sides);
        using var update = new ParameterOptimizer(network.Online, recipe.Optimization, sides);
        var step = new PretrainingStep(method, update, new TrainingSchedule(recipe, 100), clock, sides);
        for (var i = 0; i < 3; i++)
        {
            using var scope = NewDisposeScope();
            ViewPair[] batches = [new(View(4 * i), View(4 * i + 1), []), new(View(4 * i + 2), View(4 * i + 3), [])];
            step.Run(batches[..batchesPerStep]);
        }
        return method.Networks
            .SelectMany(
                pair => pair.Value.Specs.Select(
                    spec => ($"{pair.Key} {spec.Name}", pair.Value.Export()[spec.Name])))
            .ToDictionary();
    }

    private static Tensor View(int key) =>
        tensor(Golden.GoldenValues.UnitFloats(8 * 3 * 16 * 16, key), [8, 3, 16, 16]);
}
