using Byol.MLNet.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Byol.MLNet.TorchVision.Tests;

/// <summary>The encoders with TorchVision's weights give what TorchVision's networks give.</summary>
[TestClass]
public class EncoderTests
{
    [TestMethod]
    [DataRow("resnet18", 64)]
    [DataRow("resnet18", 224)]
    [DataRow("resnet34", 64)]
    [DataRow("resnet50", 64)]
    [DataRow("resnet50", 224)]
    public void FeaturesInEvaluationAreTorchVisions(string name, int side)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var oracle = Oracle.CreateResNet(name, float32);
        oracle.eval();
        var (parameters, encoder) = Library.CreateEncoder(name, side, oracle.state_dict(), float32);
        using var owned = parameters;
        var images = randn(2, 3, side, side);

        AssertSame(oracle.forward(images), encoder.Forward(images, training: false), 1e-5);
    }

    [TestMethod]
    [DataRow("resnet18", 64, ScalarType.Float32, 1e-5)]
    [DataRow("resnet18", 64, ScalarType.Float64, 1e-12)]
    [DataRow("resnet34", 32, ScalarType.Float64, 1e-12)]
    [DataRow("resnet50", 64, ScalarType.Float64, 1e-12)]
    public void FeaturesAndStatisticsInTrainingAreTorchVisions(string name, int side, ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var oracle = Oracle.CreateResNet(name, type);
        oracle.train();
        var (parameters, encoder) = Library.CreateEncoder(name, side, oracle.state_dict(), type);
        using var owned = parameters;
        var images = randn(4, 3, side, side, type);
        var expected = oracle.forward(images);
        var actual = encoder.Forward(images, training: true);
        AssertSame(expected, actual, tolerance);
        var state = oracle.state_dict();
        foreach (var (tensorName, value, _) in Library.Tensors(parameters))
        {
            AssertSame(state[tensorName], value, tolerance, tensorName);
        }

        // In fp32, a ReLU that rounding switches changes a gradient by a hundredth.
        if (type == ScalarType.Float64)
        {
            var gradient = randn_like(expected);
            expected.backward([gradient]);
            actual.backward([gradient]);
            AssertSameGradients(oracle, parameters);
        }
    }

    [TestMethod]
    [DataRow("resnet18")]
    [DataRow("resnet34")]
    [DataRow("resnet50")]
    public void FrozenFormGivesTorchVisionsFeatures(string name)
    {
        const int Side = 64;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var oracle = Oracle.CreateResNet(name, float32);
        oracle.eval();
        var pixels = randint(256, [3, 3, Side, Side], ScalarType.Byte);
        var images = torchvision.transforms.functional.normalize(
            pixels.to(float32) / 255, Oracle.Mean, Oracle.StandardDeviation);
        byte[][] pictures = [.. Enumerable.Range(0, 3).Select(i => pixels[i].contiguous().data<byte>().ToArray())];

        var actual = Library.EmbedFrozen(name, Side, oracle.state_dict(), pictures);
        AssertSame(oracle.forward(images), stack(actual.Select(row => tensor(row))), 1e-5);
    }

    [TestMethod]
    public void AWeightOrStatisticThatIsNotTorchVisionsShows()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var oracle = Oracle.CreateResNet("resnet18", float32);
        oracle.eval();
        var images = randn(2, 3, 64, 64);
        var expected = oracle.forward(images);
        string[] changed = ["layer4.1.conv2.weight", "layer1.0.bn1.running_var", "layer2.0.downsample.1.bias"];
        foreach (var name in changed)
        {
            var state = oracle.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
            state[name] = state[name] * 1.01;
            var (parameters, encoder) = Library.CreateEncoder("resnet18", 64, state, float32);
            using var owned = parameters;
            Assert.IsGreaterThan(1e-4, RelativeDifference(expected, encoder.Forward(images, training: false)), name);
        }
    }

    private static void AssertSameGradients(nn.Module oracle, NetworkParameters parameters)
    {
        var gradients = oracle.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.grad);
        foreach (var (name, _, gradient) in Library.Tensors(parameters).Where(tensor => tensor.Gradient is not null))
        {
            AssertSame(gradients[name]!, gradient!, 1e-9, $"the gradient of {name}");
        }
    }

    private static void AssertSame(Tensor expected, Tensor actual, double tolerance, string what = "the features") =>
        Assert.IsLessThan(tolerance, RelativeDifference(expected, actual), what);

    /// <summary>The largest difference, as a part of the largest value.</summary>
    private static double RelativeDifference(Tensor expected, Tensor actual) =>
        Oracle.LargestDifference(expected, actual) / expected.abs().max().to(float64).item<double>();
}
