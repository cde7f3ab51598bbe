using System.Buffers.Binary;
using System.IO.Compression;
using Byol.MLNet.Images;
using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;

namespace Byol.MLNet.Tests.Images;

/// <summary>
/// How large a picture is, is known before it is decoded, and whatever is wrong with it is its own failure.
/// </summary>
[TestClass]
public class LargeImageTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    [DataRow(120_000, 120_000)]
    [DataRow(60_000, 60_000)]
    [DataRow(25_000, 20_000)]
    public void APictureThatClaimsToBeHugeIsRefusedUnread(int width, int height)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["huge.png"], Png(width, height));
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Assert.IsNull(new ImageDecoder(64_000_000, 16).Decode(folder["huge.png"], out var error));
        Assert.IsTrue(
            error!.Contains("MaxImagePixels, which is 64000000", StringComparison.Ordinal)
                || error.Contains("not an image", StringComparison.Ordinal),
            error);
        Assert.IsLessThan(1_000_000, GC.GetTotalAllocatedBytes(precise: true) - before);
    }

    [TestMethod]
    public void AReadOfLargeImageObjectsEndsBeforeTheyFillTheMemory()
    {
        const int Large = 4000;
        using var image = MLImage.CreateFromPixels(Large, Large, MLPixelFormat.Bgra32, new byte[4 * Large * Large]);
        var data = _mlContext.Data.LoadFromEnumerable(Enumerable.Repeat(new PictureRow { Image = image }, 7));
        using var frontEnd = new FrontEnd(_mlContext.Transforms, 16);
        using var reader = PixelReader.Open(data, "Image", frontEnd, maxImagePixels: 1 << 30);
        var reads = new List<int>();
        while (reader.Next(256) is { Count: > 0 } rows)
        {
            reads.Add(rows.Count);
        }
        // Three of 64 MB are more than 128 MB.
        CollectionAssert.AreEqual(new[] { 3, 3, 1 }, reads);
    }

    [TestMethod]
    public void AFitSkipsHugePicturesAndPathsThatCannotBe()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["huge.png"], Png(120_000, 120_000));
        FileRow[] files = [
            .. TestPictures.Files(folder.Path, 40),
            new() { Image = folder["huge.png"] },
            new() { Image = "a\0b.png" },
            new() { Image = folder.Path }];
        var data = _mlContext.Data.LoadFromEnumerable(files);
        var options = TestPictures.TinyRecipe();
        var seen = new Collected();
        options.UnreadableImages = seen;
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(data);
        Assert.HasCount(3, model.UnreadableImages);
        CollectionAssert.AreEqual(new long[] { 40, 41, 42 }, seen.Rows.Select(row => row.Row).ToArray());

        options.OnUnreadableImage = ByolUnreadableImage.NaN;
        model.SaveOnnx(folder["model.onnx"]);
        seen.Rows.Clear();
        var embeddings = TestPictures.Embeddings(
            _mlContext.Transforms.LoadByolEmbedding("Features", "Image", folder["model.onnx"], options)
                .Fit(data)
                .Transform(data));
        CollectionAssert.AreEqual(
            new[] { 40, 41, 42 }, Enumerable.Range(0, 43).Where(row => float.IsNaN(embeddings[row][0])).ToArray());
        CollectionAssert.AreEqual(
            files[40..].Select(file => file.Image).ToArray(), seen.Rows.Select(row => row.Path).ToArray());
    }

    [TestMethod]
    public void ALargeJpegIsDecodedSmaller()
    {
        using var folder = new TemporaryFolder();
        using (var bitmap = new SKBitmap(800, 600))
        {
            bitmap.Erase(SKColors.Teal);
            using var file = File.Create(folder["large.jpg"]);
            bitmap.Encode(file, SKEncodedImageFormat.Jpeg, 90);
        }
        using var image = new ImageDecoder(100_000, minimumSide: 64).Decode(folder["large.jpg"], out var error);
        Assert.IsNotNull(image, error);
        Assert.AreEqual((100, 75), (image.Width, image.Height));
        using var sharper = new ImageDecoder(200_000, minimumSide: 100).Decode(folder["large.jpg"], out _)!;
        Assert.AreEqual((200, 150), (sharper.Width, sharper.Height), "A side that is needed is kept.");
        Assert.IsNull(new ImageDecoder(4096, 64).Decode(folder["large.jpg"], out error));
        Assert.Contains("800 × 600", error!);
    }

    [TestMethod]
    public void PicturesWaitForEachOtherWhereTheyWouldNotFitTogether()
    {
        var budget = new DecodingBudget(100);
        var (inside, most) = (0, 0);
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            using var _ = budget.Take(i % 4 == 0 ? 1000 : 60);
            var now = Interlocked.Increment(ref inside);
            InterlockedMax(ref most, now);
            Thread.Sleep(1);
            Interlocked.Decrement(ref inside);
        });
        Assert.AreEqual(1, most, "Two of 60 are more than 100, and one of 1000 goes alone.");
        using (budget.Take(50))
        using (budget.Take(50))
        {
            // Two that fit do not wait.
        }
    }

    [TestMethod]
    public void ProgressiveJpegsAreKnown()
    {
        using var folder = new TemporaryFolder();
        byte[] comment = [0xFF, 0xFE, 0, 4, 1, 2];
        File.WriteAllBytes(folder["progressive.jpg"], [0xFF, 0xD8, .. comment, 0xFF, 0xC2, 0, 11]);
        File.WriteAllBytes(folder["baseline.jpg"], [0xFF, 0xD8, .. comment, 0xFF, 0xC0, 0, 4, 0, 0, 0xFF, 0xDA, 0, 8]);
        File.WriteAllBytes(folder["cut.jpg"], [0xFF, 0xD8, 0xFF]);
        Assert.IsTrue(JpegHeader.IsProgressive(folder["progressive.jpg"]));
        Assert.IsFalse(JpegHeader.IsProgressive(folder["baseline.jpg"]));
        Assert.IsFalse(JpegHeader.IsProgressive(folder["cut.jpg"]));
    }

    [TestMethod]
    public void MostlyTransparentPicturesAreWarnedOf()
    {
        var warnings = new List<string>();
        _mlContext.Log += (_, entry) => warnings.Add($"{entry.Kind} {entry.RawMessage}");
        var rows = TestPictures.Rows(32);
        for (var i = 0; i < 5; i++)
        {
            rows[i].Image = MLImage.CreateFromPixels(16, 16, MLPixelFormat.Bgra32, new byte[4 * 16 * 16]);
        }
        _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe())
            .Fit(_mlContext.Data.LoadFromEnumerable(rows));
        Assert.IsTrue(
            warnings.Any(
                line => line.StartsWith("Warning 5 of 32 images are mostly transparent", StringComparison.Ordinal)));
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    // A grey PNG whose header is right and whose picture data is a single row.
    private static byte[] Png(int width, int height)
    {
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(new byte[64]);
        }
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        return [
            0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR", header), .. Chunk("IDAT", data.ToArray()),
            .. Chunk("IEND", []),
        ];
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] named = [.. System.Text.Encoding.ASCII.GetBytes(type), .. data];
        var (length, check) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        var crc = uint.MaxValue;
        foreach (var value in named)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
            }
        }
        BinaryPrimitives.WriteUInt32BigEndian(check, ~crc);
        return [.. length, .. named, .. check];
    }

    private sealed class Collected : IProgress<ByolUnreadableRow>
    {
        public List<ByolUnreadableRow> Rows { get; } = [];

        public void Report(ByolUnreadableRow value) => Rows.Add(value);
    }
}
