using Byol.Cli.Labelling.Pictures;
using Microsoft.ML.Data;
using SkiaSharp;

namespace Byol.Cli.Tests.Labelling;

/// <summary>Pictures as the page shows them.</summary>
[TestClass]
public class ThumbnailTests
{
    [TestMethod]
    [DataRow(300, 100, 128, 43)]
    [DataRow(100, 2000, 6, 128)]
    [DataRow(128, 90, 128, 90)]
    [DataRow(20, 10, 20, 10)]
    [DataRow(1, 500, 1, 128)]
    public void APictureFitsIntoItsSquareAndIsNotEnlarged(int width, int height, int shownWidth, int shownHeight)
    {
        using var folder = new SampleFolder();
        using (var image = Blue(width, height))
        {
            image.Save(folder["x.png"]);
        }

        using var shown = SKBitmap.Decode(Thumbnail.Of(folder["x.png"], 128).Bytes);
        Assert.AreEqual((shownWidth, shownHeight), (shown.Width, shown.Height));
        var pixel = shown.GetPixel(shown.Width / 2, shown.Height / 2);
        Assert.IsTrue(pixel is { Blue: > 240, Red: < 20, Green: < 20 }, pixel.ToString());
    }

    [TestMethod]
    public void ABrokenPictureIsNamed()
    {
        using var folder = new SampleFolder();
        File.WriteAllText(folder["x.png"], "no picture");

        var error = Assert.ThrowsExactly<InvalidDataException>(() => Thumbnail.Of(folder["x.png"], 128));
        Assert.Contains("x.png", error.Message);
    }

    private static MLImage Blue(int width, int height)
    {
        byte[] pixels = [.. Enumerable.Repeat<byte[]>([255, 0, 0, 255], width * height).SelectMany(pixel => pixel)];
        return MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, pixels);
    }
}
