using Byol.MLNet.Encoders;
using Byol.MLNet.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Byol.MLNet.Tests.Encoders;

/// <summary>The quicker ways of convolving small pictures against PyTorch's convolution.</summary>
[TestClass]
public class ConvolutionTests
{
    private const int Inputs = 4;
    private const int Outputs = 5;

    [TestMethod]
    [DataRow(3, 1, 1)]
    [DataRow(3, 2, 1)]
    [DataRow(3, 2, 2)]
    [DataRow(3, 3, 1)]
    [DataRow(3, 4, 2)]
    [DataRow(1, 2, 2)]
    [DataRow(1, 4, 2)]
    [DataRow(1, 3, 2)]
    [DataRow(1, 3, 1)]
    public void ValuesAndGradientsArePyTorchs(int kernelSide, int side, int stride)
    {
        using var scope = NewDisposeScope();
        using var parameters = new NetworkParameters(
            [TensorSpec.Convolution("layer", Outputs, Inputs, kernelSide)], _ => 0, float64, CPU, trainable: true);
        var layer = new Convolution(
            parameters, "layer", new ConvolutionLayer("layer", Inputs, Outputs, kernelSide, stride, Groups: 1), side);
        var weights = WeightInitializer.Create(parameters.Specs, 3);
        parameters.Load(weights);
        var kernel = tensor(weights["layer.weight"], [Outputs, Inputs, kernelSide, kernelSide], float64);
        kernel.requires_grad_(true);
        var pictures = Pictures(Inputs, side, 1);
        var samePictures = pictures.detach().clone();
        samePictures.requires_grad_(true);

        var actual = layer.Forward(pictures);
        var expected = nn.functional.conv2d(
            samePictures, kernel, strides: [stride, stride], padding: [kernelSide / 2, kernelSide / 2]);
        var gradient = Pictures(Outputs, (int)expected.shape[2], 2);
        actual.backward([gradient]);
        expected.backward([gradient]);
        parameters.CollectGradients();

        AssertEqual(expected, actual);
        AssertEqual(samePictures.grad!, pictures.grad!);
        AssertEqual(kernel.grad!.permute(0, 2, 3, 1).flatten(), parameters.Gradients!);
    }

    private static Tensor Pictures(int channels, int side, int key)
    {
        var values = Golden.GoldenValues.UnitFloats(3 * channels * side * side, key);
        var pictures = tensor(values, [3, side, side, channels], float64).permute(0, 3, 1, 2);
        pictures.requires_grad_(true);
        return pictures;
    }

    private static void AssertEqual(Tensor expected, Tensor actual)
    {
        CollectionAssert.AreEqual(expected.shape, actual.shape);
        Assert.IsLessThan(1e-12, (expected - actual).abs().max().ToDouble());
    }
}
