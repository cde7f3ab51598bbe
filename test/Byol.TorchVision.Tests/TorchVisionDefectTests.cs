using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torchvision.transforms;

namespace Byol.MLNet.TorchVision.Tests;

/// <summary>
/// Where the TorchVision package (0.107.0) differs from Python's torchvision, which the views follow: each test shows
/// the difference and holds the library to Python's formula. A first assertion that fails says that the package has
/// come round to it.
/// </summary>
[TestClass]
public class TorchVisionDefectTests
{
    [TestMethod]
    [DataRow(3, 0.8)]
    [DataRow(5, 0.1)]
    [DataRow(7, 2.0)]
    [DataRow(23, 1.3)]
    public void GaussianBlurLacksTheExponentialThereAndNotHere(int kernel, double sigma)
    {
        using var scope = NewDisposeScope();
        var picture = Oracle.Picture(40, 48);
        var distance = arange(kernel, float64) - kernel / 2;
        // The package's kernel is x²/2σ² over its sum: a parabola, 0 in the middle, where Python's is e to the minus
        // that.
        var parabola = distance.square() / (2 * sigma * sigma);
        var theirs = functional.gaussian_blur(picture, kernel, (float)sigma);
        Assert.IsLessThan(
            1e-5, Oracle.LargestDifference(Convolve(picture, parabola), theirs), "Its kernel was a parabola.");

        var ours = Library.Blur(picture, kernel, sigma);
        Assert.IsLessThan(1e-5, Oracle.LargestDifference(Convolve(picture, exp(-parabola)), ours));
        Assert.IsGreaterThan(1e-2, Oracle.LargestDifference(theirs, ours));
    }

    [TestMethod]
    public void ResizedCropTakesTheNearestPixelThereAndInterpolatesHere()
    {
        using var scope = NewDisposeScope();
        var picture = Oracle.Picture(40, 48);
        var (rows, columns) = (tensor([0L, 10, 20, 30]), tensor([0L, 12, 24, 36]));
        var nearest = picture.index_select(1, rows).index_select(2, columns);
        var theirs = functional.resized_crop(picture, 0, 0, 40, 48, 4, 4);
        Assert.AreEqual(0, Oracle.LargestDifference(nearest, theirs), "The package picked one pixel in a hundred.");

        // Averages with a triangle as weights: all of the twenty rows around the centre of the destination's row take
        // part.
        var ours = Library.ResizedCrop(picture, (0, 0, 40, 48), 4);
        var expected = einsum("ij,cjk,lk->cil", Triangles(40, 4), picture.to(float64), Triangles(48, 4));
        Assert.IsLessThan(1e-5, Oracle.LargestDifference(expected, ours));
        Assert.IsGreaterThan(1e-2, Oracle.LargestDifference(theirs, ours));
    }

    [TestMethod]
    public void RandomResizedCropTakesScaleForTheSideThereAndForTheAreaHere()
    {
        using var scope = NewDisposeScope();
        // Each pixel holds its row and column, and the nearest pixels of 2×2 lie half a crop apart.
        var places = stack(meshgrid([arange(400, float32), arange(400, float32)], indexing: "ij"));
        var crop = torchvision.transforms.RandomResizedCrop(2, 2, 0.25, 0.25, 2, 2).call(places);
        var height = 2 * (crop[0, 1, 0] - crop[0, 0, 0]).item<float>();
        var width = 2 * (crop[1, 0, 1] - crop[1, 0, 0]).item<float>();
        Assert.AreEqual((100f, 100f), (height, width), "The package took a quarter of each side, whatever the aspect.");

        var crops = Library.DrawCrops(400, area: 0.25, aspect: 2, count: 100);
        foreach (var drawn in crops)
        {
            Assert.AreEqual(0.25 * 400 * 400, drawn.Height * drawn.Width, 400);
            Assert.IsInRange(0.495, 2.02, (double)drawn.Width / drawn.Height);
        }
        Assert.IsInRange(30, 70, crops.Count(drawn => drawn.Width > drawn.Height), "Half of the crops are wide.");
    }

    [TestMethod]
    public void HueOfOnePictureStaysAsItIsThereAndTurnsHere()
    {
        using var scope = NewDisposeScope();
        var picture = Oracle.Picture(40, 48);
        var theirs = functional.adjust_hue(picture, 0.25);
        Assert.AreEqual(0, Oracle.LargestDifference(picture, theirs), "The package turned batches alone.");
        Assert.IsGreaterThan(0.1, Oracle.LargestDifference(picture, Library.Hue(picture, 0.25)));
    }

    /// <summary>
    /// A separable convolution of each channel with the kernel over its sum, in float64, the border reflected.
    /// </summary>
    private static Tensor Convolve(Tensor picture, Tensor kernel)
    {
        var radius = kernel.shape[0] / 2;
        var padded = nn.functional.pad(
            picture.to(float64).unsqueeze(1), [radius, radius, radius, radius], PaddingModes.Reflect);
        var weights = kernel / kernel.sum();
        var rows = nn.functional.conv2d(padded, weights.view(1, 1, -1, 1));
        return nn.functional.conv2d(rows, weights.view(1, 1, 1, -1)).squeeze(1);
    }

    /// <summary>The weights of the source pixels (columns) in each destination pixel (rows).</summary>
    private static Tensor Triangles(int source, int destination)
    {
        var scale = (double)source / destination;
        var centres = (arange(destination, float64) + 0.5) * scale;
        var weights = (1 - (arange(source, float64) + 0.5 - centres.unsqueeze(1)).abs() / scale).clamp(min: 0);
        return weights / weights.sum(1, keepdim: true);
    }
}
