using Byol.MLNet.Encoders;
using Byol.MLNet.Pretraining.Optimizers;
using Byol.MLNet.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Adam = TorchSharp.Modules.Adam;
using AdamW = TorchSharp.Modules.AdamW;

namespace Byol.MLNet.Tests.Pretraining.Optimizers;

/// <summary>The optimisers against TorchSharp's own, on more weights than are updated in one piece.</summary>
[TestClass]
public class ParameterOptimizerTests
{
    private const int Rows = 500;
    private const int Columns = 600;
    private const double Decay = 0.1;

    [TestMethod]
    [DataRow(ByolOptimizer.Adam)]
    [DataRow(ByolOptimizer.AdamW)]
    [DataRow(ByolOptimizer.Sgd)]
    public void StepsAreTorchSharps(ByolOptimizer optimizer)
    {
        using var scope = NewDisposeScope();
        using var parameters = new NetworkParameters(
            [.. TensorSpec.Linear("layer", Rows, Columns)], _ => 0, float64, CPU, trainable: true);
        parameters.Load(WeightInitializer.Create(parameters.Specs, 3));
        var recipe = new ByolOptimizationRecipe
        {
            Optimizer = optimizer,
            WeightDecay = Decay,
            ClipNorm = 0,
            Epsilon = 1e-8,
        };
        using var sides = new SideBySide();
        using var actual = new ParameterOptimizer(parameters, recipe, sides);

        // Weights first and decayed, then biases, which are not.
        var weight = new Parameter(parameters.Values[..(Rows * Columns)].clone());
        var bias = new Parameter(parameters.Values[(Rows * Columns)..].clone());
        using var expected = TorchSharps(optimizer, weight, bias, recipe);
        for (var step = 0; step < 3; step++)
        {
            var (rate, momentum) = (0.01 * (step + 1), 0.9 - 0.1 * step);
            var gradient = tensor(Golden.GoldenValues.UnitFloats((int)parameters.Values.shape[0], step), float64);
            parameters.Gradients!.copy_(gradient);
            actual.Step(rate, momentum);

            weight.grad = gradient[..(Rows * Columns)];
            bias.grad = gradient[(Rows * Columns)..];
            foreach (var group in expected.ParamGroups)
            {
                group.LearningRate = rate;
                SetMomentum(group, momentum);
            }
            expected.step();
        }
        var difference = (cat([weight, bias]) - parameters.Values).abs().max().ToDouble();
        Assert.IsLessThan(1e-12, difference);
    }

    private static optim.Optimizer TorchSharps(
        ByolOptimizer optimizer, Parameter weight, Parameter bias, ByolOptimizationRecipe recipe) =>
        optimizer switch
        {
            ByolOptimizer.Adam => optim.Adam(
                new[] { new Adam.ParamGroup([weight], weight_decay: Decay), new Adam.ParamGroup([bias]) },
                beta2: recipe.Beta2,
                eps: recipe.Epsilon),
            ByolOptimizer.AdamW => optim.AdamW(
                [new AdamW.ParamGroup([weight], weight_decay: Decay), new AdamW.ParamGroup([bias], weight_decay: 0)],
                beta2: recipe.Beta2,
                eps: recipe.Epsilon),
            _ => optim.SGD(
                [
                    new SGD.ParamGroup([weight], momentum: 0.9, weight_decay: Decay),
                new SGD.ParamGroup([bias], momentum: 0.9),
            ],
                0.01),
        };

    private static void SetMomentum(optim.ILearningRateController group, double momentum)
    {
        switch (group)
        {
            case Adam.ParamGroup adam:
                adam.Options.beta1 = momentum;
                break;
            case AdamW.ParamGroup adamW:
                adamW.Options.beta1 = momentum;
                break;
            case SGD.ParamGroup sgd:
                sgd.Options.momentum = momentum;
                break;
        }
    }
}
