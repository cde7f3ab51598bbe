using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Byol.MLNet.TorchVision.Tests;

/// <summary>TorchVision's networks and the pictures that both sides are given.</summary>
internal static class Oracle
{
    /// <summary>ImageNet's, as Python's torchvision documents them for its weights.</summary>
    public static readonly double[] Mean = [0.485, 0.456, 0.406];

    public static readonly double[] StandardDeviation = [0.229, 0.224, 0.225];

    /// <summary>
    /// A ResNet as its package initialises it, but with batch norms that differ from the identity, so that a scale,
    /// shift or statistic that is left out shows, and with a last layer that passes features on as they are.
    /// </summary>
    public static ResNet CreateResNet(string name, ScalarType type)
    {
        manual_seed(3);
        var network = name switch
        {
            "resnet18" => torchvision.models.resnet18(num_classes: 512),
            "resnet34" => torchvision.models.resnet34(num_classes: 512),
            _ => torchvision.models.resnet50(num_classes: 2048),
        };
        using var _ = no_grad();
        foreach (var (key, tensor) in network.state_dict())
        {
            Refill(key, tensor);
        }
        network.to(type);
        return network;
    }

    /// <summary>
    /// Noise that is smooth enough to look like a picture, with corners of black, white, greys and pure colours.
    /// </summary>
    public static Tensor Picture(int height, int width, int seed = 1)
    {
        manual_seed(seed);
        var coarse = rand(1, 3, height / 3, width / 3);
        var picture = nn.functional.interpolate(
            coarse, [height, width], mode: InterpolationMode.Bilinear, align_corners: true)[0];
        float[][] corners =
        [
            [0, 0, 0], [1, 1, 1], [0.25f, 0.25f, 0.25f], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 0.4f, 0.4f],
        ];
        for (var i = 0; i < corners.Length; i++)
        {
            picture[.., i / 4, i % 4] = tensor(corners[i]);
        }
        return picture;
    }

    public static double LargestDifference(Tensor expected, Tensor actual)
    {
        CollectionAssert.AreEqual(expected.shape, actual.shape);
        return (expected.to(float64) - actual.to(float64)).abs().max().item<double>();
    }

    private static void Refill(string key, Tensor tensor)
    {
        switch (key)
        {
            case "fc.weight":
                nn.init.eye_(tensor);
                break;
            case "fc.bias":
                tensor.zero_();
                break;
            case var _ when key.EndsWith("running_var", StringComparison.Ordinal):
            case var _ when tensor.dim() == 1 && key.EndsWith("weight", StringComparison.Ordinal):
                tensor.uniform_(0.5, 1.5);
                break;
            case var _ when tensor.dim() == 1:
                tensor.uniform_(-0.2, 0.2);
                break;
        }
    }
}
