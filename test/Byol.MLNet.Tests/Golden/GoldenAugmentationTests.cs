using System.Globalization;
using Byol.MLNet.Views;

namespace Byol.MLNet.Tests.Golden;

[TestClass]
public class GoldenAugmentationTests
{
    private const int Height = 40;
    private const int Width = 48;

    [TestMethod]
    public void TheTestImageIsTheSame() => AssertPicture("augment/image", Image(), Width, 1e-5);

    [TestMethod]
    [DataRow("augment/resized_crop/top4,left6,h30,w36->32x32,bilinear,antialias", 4, 6, 30, 36)]
    [DataRow("augment/resized_crop/top10,left10,h12,w9->32x32,bilinear,antialias", 10, 10, 12, 9)]
    public void ResizedCropIsTorchvisions(string name, int top, int left, int height, int width)
    {
        var view = new float[3 * 32 * 32];
        new Resampler(32).Resample<float>(Image(), Height, Width, new CropBox(top, left, height, width), 1, view);
        AssertPicture(name, view, 32, 2e-3);
    }

    [TestMethod]
    public void BrightnessIsTorchvisions() =>
        AssertOperation("augment/brightness/1.3", picture => PixelOperations.Brightness(picture, 1.3f));

    [TestMethod]
    public void ContrastIsTorchvisions() =>
        AssertOperation("augment/contrast/0.7", picture => PixelOperations.Contrast(picture, 0.7f));

    [TestMethod]
    public void SaturationIsTorchvisions() =>
        AssertOperation("augment/saturation/1.2", picture => PixelOperations.Saturation(picture, 1.2f));

    [TestMethod]
    [DataRow("augment/hue/0.08", 0.08f)]
    [DataRow("augment/hue/-0.1", -0.1f)]
    public void HueIsTorchvisions(string name, float turn) =>
        AssertOperation(name, picture => PixelOperations.Hue(picture, turn), 5e-3);

    [TestMethod]
    public void GreyIsTorchvisions() => AssertOperation("augment/grey", picture => PixelOperations.Grey(picture));

    [TestMethod]
    public void BlurIsTorchvisions() => AssertOperation(
        "augment/gaussian_blur/kernel3,sigma0.8", picture => PixelOperations.Blur(
            picture, Width, 3, 0.8, new float[picture.Length]));

    [TestMethod]
    public void SolarizeIsTorchvisions() =>
        AssertOperation("augment/solarize/0.5", picture => PixelOperations.Solarize(picture, 0.5f));

    [TestMethod]
    public void FlipIsTorchvisions() =>
        AssertOperation("augment/flip", picture => PixelOperations.Flip(picture, Width));

    private static void AssertOperation(string name, Action<float[]> operation, double tolerance = 2e-3)
    {
        var picture = Image();
        operation(picture);
        AssertPicture(name, picture, Width, tolerance);
    }

    private static void AssertPicture(string name, float[] picture, int width, double tolerance)
    {
        var expected = GoldenValues.Root.GetProperty(name);
        var plane = picture.Length / 3;
        foreach (var pixel in expected.GetProperty("pixels").EnumerateObject())
        {
            var place = pixel.Name.Split(',').Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
            Assert.AreEqual(
                pixel.Value.GetDouble(),
                picture[place[0] * plane + place[1] * width + place[2]],
                tolerance,
                $"{name} at {pixel.Name}");
        }
        Assert.AreEqual(
            expected.GetProperty("sum").GetDouble() / picture.Length,
            picture.Average(value => (double)value),
            tolerance,
            $"{name}: mean");
        Assert.AreEqual(
            expected.GetProperty("l2").GetDouble() / Math.Sqrt(picture.Length),
            Math.Sqrt(picture.Average(value => (double)value * value)),
            tolerance,
            $"{name}: root mean square");
    }

    /// <summary>Hashed noise in [0, 1], averaged over 3x3 with zeros outside.</summary>
    private static float[] Image()
    {
        var noise = GoldenValues.Unit(3 * Height * Width, 21);
        var image = new float[noise.Length];
        for (var channel = 0; channel < 3; channel++)
        {
            for (var y = 0; y < Height; y++)
            {
                for (var x = 0; x < Width; x++)
                {
                    image[(channel * Height + y) * Width + x] = (float)(Neighbours(channel, y, x).Sum() / 9);
                }
            }
        }
        return image;

        IEnumerable<double> Neighbours(int channel, int y, int x) =>
            from down in Enumerable.Range(Math.Max(y - 1, 0), Math.Min(y + 1, Height - 1) - Math.Max(y - 1, 0) + 1)
            from right in Enumerable.Range(Math.Max(x - 1, 0), Math.Min(x + 1, Width - 1) - Math.Max(x - 1, 0) + 1)
            select (noise[(channel * Height + down) * Width + right] + 1) / 2;
    }
}
