using System.Globalization;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace Byol.Cli.Downloads;

/// <summary>
/// CIFAR-10 (Krizhevsky 2009) in its binary form, written as PNG files: <c>train/CLASS/NUMBER.png</c> and
/// <c>test/CLASS/NUMBER.png</c>.
/// </summary>
internal static class Cifar10
{
    public const string Md5 = "c32a1d4ab5d03f1284b67883e8d87530";

    private const int Side = 32;
    private const int RecordBytes = 1 + 3 * Side * Side;
    private const string TestBatch = "test_batch.bin";

    private static readonly string[] Classes =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    public static Uri Address { get; } = new("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz");

    /// <exception cref="InvalidDataException">The archive is not CIFAR-10's.</exception>
    public static int Unpack(FileInfo archive, DirectoryInfo folder, CancellationToken cancellation = default)
    {
        var images = 0;
        Archive.ReadFiles(archive, (name, data) =>
        {
            if (!name.EndsWith(".bin", StringComparison.Ordinal))
            {
                return;
            }
            var part = Path.Combine(folder.FullName, name == TestBatch ? "test" : "train");
            // data_batch_1 to 5 hold 10,000 images each.
            var number = name == TestBatch
                ? 0
                : (int.Parse(name.AsSpan("data_batch_".Length, 1), CultureInfo.InvariantCulture) - 1) * 10_000;
            var record = new byte[RecordBytes];
            while (data.ReadAtLeast(record, RecordBytes, throwOnEndOfStream: false) is var count && count > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                if (count < RecordBytes || record[0] >= Classes.Length)
                {
                    throw new InvalidDataException($"'{archive}': '{name}' does not hold images of CIFAR-10.");
                }
                var target = Directory.CreateDirectory(Path.Combine(part, Classes[record[0]]));
                WritePng(record.AsSpan(1), Path.Combine(target.FullName, $"{number++:D5}.png"));
                images++;
            }
        }, cancellation);
        return images;
    }

    private static void WritePng(ReadOnlySpan<byte> planar, string path)
    {
        var pixels = new byte[4 * Side * Side];
        for (var i = 0; i < Side * Side; i++)
        {
            (pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2], pixels[4 * i + 3]) = (
                planar[i], planar[Side * Side + i], planar[2 * Side * Side + i], byte.MaxValue);
        }
        using var bitmap = new SKBitmap(Side, Side, SKColorType.Rgba8888, SKAlphaType.Opaque);
        Marshal.Copy(pixels, 0, bitmap.GetPixels(), pixels.Length);
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        using var file = File.Create(path);
        png.SaveTo(file);
    }
}
