using static TorchSharp.torch;
using static TorchSharp.torchvision.transforms;

namespace Byol.MLNet.TorchVision.Tests;

/// <summary>Each operation that views are made with, with fixed parameters, is TorchVision's.</summary>
[TestClass]
public class AugmentationTests
{
    private const double Rounding = 2e-6;

    // TorchVision rounds red's share of grey, 0.299 (ITU-R BT.601), to 0.2989, so that white comes out as 0.9999.
    private const double RedShareDifference = 0.299 - 0.2989;

    [TestMethod]
    public void FlipIsTorchVisions() => AssertSame(
        functional.hflip(Oracle.Picture(40, 48)), Library.Flip(Oracle.Picture(40, 48)), 0);

    [TestMethod]
    [DataRow(4, 6, 30, 36, 32, DisplayName = "one side shorter, one longer")]
    [DataRow(0, 0, 40, 48, 16, DisplayName = "the whole picture, smaller")]
    [DataRow(10, 10, 12, 9, 32, DisplayName = "a small part, larger")]
    [DataRow(39, 47, 1, 1, 32, DisplayName = "one pixel")]
    public void ResizedCropIsTorchVisionsAntialiasedBilinearOne(int top, int left, int height, int width, int size)
    {
        var picture = Oracle.Picture(40, 48);
        var crop = functional.crop(picture, top, left, height, width);
        var expected = functional.resize(crop, size, size, InterpolationMode.Bilinear, antialias: true);
        AssertSame(expected, Library.ResizedCrop(picture, (top, left, height, width), size), Rounding);
    }

    [TestMethod]
    [DataRow(0.6)]
    [DataRow(1.4)]
    [DataRow(0.0)]
    public void BrightnessIsTorchVisions(double factor)
    {
        var picture = Oracle.Picture(40, 48);
        AssertSame(functional.adjust_brightness(picture, factor), Library.Brightness(picture, factor), Rounding);
    }

    [TestMethod]
    [DataRow(0.6)]
    [DataRow(1.4)]
    [DataRow(0.0)]
    public void ContrastIsTorchVisionsButForRedsShareOfGrey(double factor)
    {
        var picture = Oracle.Picture(40, 48);
        var mean = picture[0].mean() * RedShareDifference;
        var expected = functional.adjust_contrast(picture, factor);
        AssertSameWhereNotClipped(expected + (1 - factor) * mean, Library.Contrast(picture, factor));
    }

    [TestMethod]
    [DataRow(0.6)]
    [DataRow(1.4)]
    public void SaturationIsTorchVisionsButForRedsShareOfGrey(double factor)
    {
        var picture = Oracle.Picture(40, 48);
        var expected = functional.adjust_saturation(picture, factor);
        AssertSameWhereNotClipped(
            expected + (1 - factor) * RedShareDifference * picture[0], Library.Saturation(picture, factor));
    }

    [TestMethod]
    public void GreyIsTorchVisionsButForRedsShare()
    {
        var picture = Oracle.Picture(40, 48);
        var expected = functional.rgb_to_grayscale(picture, 3) + RedShareDifference * picture[0];
        AssertSame(expected, Library.Grey(picture), Rounding);
    }

    [TestMethod]
    [DataRow(0.1)]
    [DataRow(-0.1)]
    [DataRow(0.5)]
    [DataRow(-0.5)]
    [DataRow(0.3)]
    public void HueIsTorchVisions(double turn)
    {
        var picture = Oracle.Picture(40, 48);
        AssertSame(functional.adjust_hue(picture.unsqueeze(0), turn)[0], Library.Hue(picture, turn), 1e-5);
    }

    [TestMethod]
    [DataRow(0.5)]
    [DataRow(0.25)]
    public void SolarizationIsTorchVisions(double threshold)
    {
        var picture = Oracle.Picture(40, 48);
        Assert.AreEqual(0.25f, picture[0, 0, 2].item<float>(), "A value at the threshold, which is inverted too.");
        AssertSame(functional.solarize(picture, threshold), Library.Solarize(picture, threshold), 0);
    }

    [TestMethod]
    [DataRow(15)]
    [DataRow(-37)]
    [DataRow(90)]
    [DataRow(180)]
    public void RotationIsTorchVisions(int degrees)
    {
        var picture = Oracle.Picture(45, 45);
        var expected = functional.rotate(picture, degrees, InterpolationMode.Bilinear);
        // TorchVision's grid of sampling places is fp32.
        AssertSame(expected, Library.Rotate(picture, degrees), 1e-4);
    }

    [TestMethod]
    public void NormalizationIsTorchVisions()
    {
        var picture = Oracle.Picture(40, 48);
        var expected = functional.normalize(picture.unsqueeze(0), Oracle.Mean, Oracle.StandardDeviation)[0];
        AssertSame(expected, Library.Normalize(picture), Rounding);
    }

    private static void AssertSame(Tensor expected, Tensor actual, double tolerance) =>
        Assert.IsLessThanOrEqualTo(tolerance, Oracle.LargestDifference(expected, actual));

    private static void AssertSameWhereNotClipped(Tensor expected, Tensor actual)
    {
        var inside = (actual > 0) & (actual < 1);
        Assert.IsGreaterThan(0.5, inside.to(float32).mean().item<float>(), "Few values may be clipped.");
        AssertSame(where(inside, expected, 0), where(inside, actual, 0), Rounding);
        Assert.IsLessThan(2 * RedShareDifference, Oracle.LargestDifference(expected, actual));
    }
}
