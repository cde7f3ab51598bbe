using System.Text.Json;
using Byol.MLNet.Encoders;
using Byol.MLNet.Pretraining;
using Byol.MLNet.Pretraining.Methods.Byol;
using Byol.MLNet.Pretraining.Monitoring;
using Byol.MLNet.Pretraining.Optimizers;
using Byol.MLNet.Torch;
using static TorchSharp.torch;

namespace Byol.MLNet.Tests.Golden;

[TestClass]
public class GoldenStepTests
{
    private static readonly EncoderArchitecture Architecture = new(ByolBackbone.ResNet18, ByolStem.Standard, 1);

    [TestMethod]
    [DataRow(ByolOptimizer.Adam, "byol_step/adam", ScalarType.Float64)]
    [DataRow(ByolOptimizer.Sgd, "byol_step/sgd", ScalarType.Float64)]
    [DataRow(ByolOptimizer.Sgd, "byol_step/sgd", ScalarType.Float32)]
    [DataRow(ByolOptimizer.Lars, "byol_step/lars", ScalarType.Float64)]
    [DataRow(ByolOptimizer.Lars, "byol_step/lars", ScalarType.Float32)]
    public void ThreeStepsGivePyTorchsLossesAndWeights(ByolOptimizer optimizer, string name, ScalarType compute)
    {
        // Adam's first steps magnify rounding (a rectifier that switches changes the third gradient by a percent),
        // hence float64 for it.
        var expected = GoldenValues.Root.GetProperty(name);
        var (steps, start, end) = ThreeSteps(optimizer, compute);
        for (var i = 0; i < 3; i++)
        {
            var step = expected.GetProperty("steps")[i];
            AssertRelative(step.GetProperty("loss").GetDouble(), steps[i].Loss, 1e-3);
            AssertRelative(
                step.GetProperty("grad_norm_before_clip").GetDouble(),
                steps[i].GradientNorm,
                GradientTolerance(compute, i));
        }
        Assert.AreEqual("", string.Join("; ", Deviations(expected, start, end, optimizer, compute)));
        Assert.AreNotEqual(
            "",
            string.Join("; ", Deviations(expected, start, start, optimizer, compute)),
            "The check must fail where nothing was updated.");
    }

    private static (StepResult[] Steps, Dictionary<string, float[]> Start, Dictionary<string, float[]> End) ThreeSteps(
        ByolOptimizer optimizer, ScalarType compute)
    {
        using var scope = NewDisposeScope();
        var optimization = ByolRecipe.Walkthrough.Optimization with
        {
            Optimizer = optimizer,
            LearningRate = optimizer switch { ByolOptimizer.Adam => 1e-3, ByolOptimizer.Sgd => 0.05, _ => 0.2 },
            LearningRateSchedule = ByolLearningRateSchedule.OneCycle,
            StartDivisor = 1,
            EndDivisor = 1,
            Momentum = 0.9,
            PeakMomentum = null,
            WeightDecay = optimizer switch { ByolOptimizer.Adam => 0, ByolOptimizer.Sgd => 5e-4, _ => 1.5e-6 },
        };
        var recipe = ByolRecipe.Walkthrough with
        {
            Optimization = optimization,
            Target = ByolRecipe.Walkthrough.Target with
            {
                TauSchedule = ByolTauSchedule.Linear,
                Tau = 0.99,
                TauEnd = 0.99,
            },
        };
        var network = new ByolNetwork(Architecture, [32], recipe.Heads, compute, CPU);
        network.Load(GoldenNetwork.Online(network));
        var start = Heads(network);
        using var sides = new SideBySide();
        using var method = new ByolMethod(network, recipe, new PhaseClock(), sides);
        using var optimizerOfOnline = new ParameterOptimizer(
            network.Online, optimization, sides, method.LearningRateFactor);
        var step = new PretrainingStep(
            method, optimizerOfOnline, new TrainingSchedule(recipe, 1000), new PhaseClock(), sides);
        var results = new StepResult[3];
        for (var k = 0; k < 3; k++)
        {
            results[k] = step.Run([new(View(100 + 2 * k), View(101 + 2 * k), [])]);
        }
        return (results, start, Heads(network));
    }

    private static Tensor View(int key) => tensor(GoldenValues.UnitFloats(8 * 3 * 32 * 32, key), [8, 3, 32, 32]);

    private static readonly (string Golden, string Name, bool Online)[] Watched =
    [
        ("online.conv1.weight", "encoder.conv1.weight", true),
        ("online.layer4.1.bn2.weight", "encoder.layer4.1.bn2.weight", true),
        ("projector.3.weight", "projector.3.weight", true),
        ("predictor.0.weight", "predictor.0.weight", true),
        ("target.conv1.weight", "encoder.conv1.weight", false),
        ("target.projector.3.bias", "projector.3.bias", false),
        ("target.bn1.running_mean", "encoder.bn1.running_mean", false),
        ("online.bn1.running_var", "encoder.bn1.running_var", true),
    ];

    private static Dictionary<string, float[]> Heads(ByolNetwork network) => Watched.ToDictionary(
        entry => entry.Golden,
        entry => (entry.Online ? network.Online : network.Target)[entry.Name]
            .detach()
            .to(float32)
            .contiguous()
            .flatten()
            .data<float>()
            .ToArray()[..6]);

    private static IEnumerable<string> Deviations(
        JsonElement expected,
        Dictionary<string, float[]> start,
        Dictionary<string, float[]> end,
        ByolOptimizer optimizer,
        ScalarType compute)
    {
        var rounding = compute == ScalarType.Float32 ? 5 : 1;
        foreach (var (golden, _, online) in Watched)
        {
            for (var i = 0; i < 6; i++)
            {
                var wanted = expected.GetProperty(golden).GetProperty("head")[i].GetDouble();
                var movement = Math.Abs(wanted - start[golden][i]);
                var tolerance = (online, optimizer) switch
                {
                    // Batch-norm statistics are no weights: they move by a tenth of the batch's own.
                    _ when golden.Contains("running", StringComparison.Ordinal) => 1e-3 * Math.Abs(wanted) + 1e-5,
                    // Adam moves a weight by the learning rate, 1e-3, whatever its gradient's size: where that is mere
                    // rounding, so is the sign.
                    (true, ByolOptimizer.Adam) => golden == "online.layer4.1.bn2.weight" ? 1e-3 : 5e-4,
                    (true, _) => 1e-5,
                    (false, ByolOptimizer.Adam) => 1e-6 + 0.05 * movement,
                    (false, _) => 1e-7 + 0.01 * movement,
                };
                if (Math.Abs(wanted - end[golden][i]) > rounding * tolerance)
                {
                    yield return $"{golden}[{i}] is {end[golden][i]:G9}, "
                        + $"expected {wanted:G9} ± {rounding * tolerance:G2}";
                }
            }
        }
    }

    // Rounding moves the weights, and those the next gradient: processors with other vector widths differ by 0.2 % in
    // fp32.
    private static double GradientTolerance(ScalarType compute, int step) =>
        compute == ScalarType.Float32 && step > 0 ? 5e-3 : 1e-3;

    private static void AssertRelative(double expected, double actual, double tolerance) =>
        Assert.AreEqual(expected, actual, tolerance * Math.Abs(expected));
}
