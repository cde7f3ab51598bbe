using System.Buffers.Binary;
using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;

namespace Byol.MLNet.Tests.Images;

/// <summary>Photographs that a camera stored turned.</summary>
[TestClass]
public class OrientationTests
{
    private const int Width = 32;
    private const int Height = 16;

    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    // The quadrants as stored are red, green, blue and white, row by row.
    [TestMethod]
    [DataRow(1, "red", "green", false)]
    [DataRow(2, "green", "red", false)]
    [DataRow(3, "white", "blue", false)]
    [DataRow(4, "blue", "white", false)]
    [DataRow(5, "red", "blue", true)]
    [DataRow(6, "blue", "red", true)]
    [DataRow(7, "white", "green", true)]
    [DataRow(8, "green", "white", true)]
    public void ImagesAreTurnedUpright(int orientation, string topLeft, string topRight, bool swapsSides)
    {
        using var image = ByolImage.LoadUpright(Write(orientation));
        Assert.AreEqual(swapsSides ? (Height, Width) : (Width, Height), (image.Width, image.Height));
        Assert.AreEqual(topLeft, ColourAt(image, 3, 3));
        Assert.AreEqual(topRight, ColourAt(image, image.Width - 4, 3));
    }

    [TestMethod]
    public void AFileThatIsNoImageIsNamed()
    {
        File.WriteAllText(_folder["text.jpg"], "text");
        Assert.Contains(
            "text.jpg",
            Assert.ThrowsExactly<InvalidDataException>(() => ByolImage.LoadUpright(_folder["text.jpg"])).Message);
    }

    [TestMethod]
    public void ATrainingNamesImagesThatAreStoredTurned()
    {
        var mlContext = new MLContext(1);
        var messages = new List<string>();
        mlContext.Log += (_, entry) => messages.Add(entry.Message);
        var files = TestPictures.Files(_folder["files"], 16)
            .Append(new FileRow { Image = Write(6) })
            .Append(new FileRow { Image = Write(1) });
        mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe())
            .Fit(mlContext.Data.LoadFromEnumerable(files));
        var warning = messages.Single(message => message.Contains("stored turned", StringComparison.Ordinal));
        Assert.Contains("1 of 18 images", warning);
        Assert.Contains("6.jpg", warning);
    }

    private string Write(int orientation)
    {
        using var bitmap = new SKBitmap(Width, Height);
        SKColor[] colours = [SKColors.Red, SKColors.Lime, SKColors.Blue, SKColors.White];
        for (var i = 0; i < Width * Height; i++)
        {
            var (x, y) = (i % Width, i / Width);
            bitmap.SetPixel(x, y, colours[2 * (2 * y / Height) + 2 * x / Width]);
        }
        using var jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 100);
        var path = _folder[$"{orientation}.jpg"];
        File.WriteAllBytes(path, WithExif(jpeg.ToArray(), orientation));
        return path;
    }

    // A segment with one directory of one entry, the orientation, right after the start of the file.
    private static byte[] WithExif(byte[] jpeg, int orientation)
    {
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "II"u8, 42, 0, 8, 0, 0, 0, 1, 0,
            0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0,
        ];
        Assert.AreEqual(exif.Length - 2, BinaryPrimitives.ReadUInt16BigEndian(exif.AsSpan(2)));
        return [.. jpeg[..2], .. exif, .. jpeg[2..]];
    }

    private static string ColourAt(MLImage image, int x, int y)
    {
        var pixel = image.Pixels.Slice(4 * (y * image.Width + x), 4);
        var (red, blue) = image.PixelFormat == MLPixelFormat.Rgba32 ? (pixel[0], pixel[2]) : (pixel[2], pixel[0]);
        return (red > 128, pixel[1] > 128, blue > 128) switch
        {
            (true, false, false) => "red",
            (false, true, false) => "green",
            (false, false, true) => "blue",
            (true, true, true) => "white",
            _ => "another",
        };
    }
}
