using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SkiaSharp;

namespace Byol.MLNet.Tests;

/// <summary>A row with an image object.</summary>
internal sealed class PictureRow
{
    [ImageType(TestPictures.Side, TestPictures.Side)]
    public MLImage Image { get; set; } = null!;

    public string Label { get; set; } = "";

    public float Number { get; set; }
}

/// <summary>A row with an image file's path.</summary>
internal sealed class FileRow
{
    public string Image { get; set; } = "";

    public string Label { get; set; } = "";
}

/// <summary>Small drawn pictures of three kinds, and a recipe that trains on them in seconds.</summary>
internal static class TestPictures
{
    public const int Side = 16;

    private static readonly (string Label, float Hue)[] Colours = [("red", 0), ("green", 120), ("blue", 240)];

    private static readonly string[] Kinds = ["disc", "frame", "stripes"];

    /// <summary>A tiny encoder (64 dimensions) and short run, in fp32.</summary>
    public static ByolOptions TinyRecipe() => new()
    {
        Recipe = ByolRecipe.Walkthrough with
        {
            Encoder = new() { Backbone = ByolBackbone.ResNet18, ImageSize = Side, Width = 0.125 },
            Heads = new() { ProjectorHiddenSize = 32, ProjectorOutputSize = 16, PredictorHiddenSize = 32 },
            BatchSize = 16,
            ValidationFraction = 0,
            Precision = ByolPrecision.Float32,
        },
        Epochs = 1,
        Seed = 5,
    };

    public static PictureRow[] Rows(int count, int seed = 1, int side = Side)
    {
        var random = new Random(seed);
        return
            [.. Enumerable.Range(0, count)
                .Select(
                    i => new PictureRow
                    {
                        Image = Draw(i % Kinds.Length, side, random),
                        Label = Kinds[i % Kinds.Length],
                        Number = i,
                    })];
    }

    /// <summary>PNG files, KIND_NUMBER.png, in a folder of the test's own.</summary>
    public static FileRow[] Files(string folder, int count, int seed = 1, int side = Side)
    {
        Directory.CreateDirectory(folder);
        return [.. Rows(count, seed, side).Select((row, i) =>
        {
            var path = Path.Combine(folder, $"{row.Label}_{i}.png");
            row.Image.Save(path);
            return new FileRow { Image = path, Label = row.Label };
        })];
    }

    /// <summary>PNG files of one colour each, labelled by it: what an untrained encoder distinguishes too.</summary>
    public static FileRow[] ColourFiles(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var (label, hue) = Colours[i % Colours.Length];
            var path = Path.Combine(folder, $"{i}.png");
            using var bitmap = new SKBitmap(Side, Side);
            bitmap.Erase(SKColor.FromHsv(hue, 60 + 40 * random.NextSingle(), 50 + 50 * random.NextSingle()));
            using var file = File.Create(path);
            bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
            return new FileRow { Image = path, Label = label };
        })];
    }

    /// <summary>Pictures that are all of one colour, so that every encoder gives all of them the same output.</summary>
    public static PictureRow[] Black(int count) =>
        [.. Enumerable.Range(0, count)
            .Select(
                _ => new PictureRow
                {
                    Image = MLImage.CreateFromPixels(Side, Side, MLPixelFormat.Bgra32, new byte[4 * Side * Side]),
                })];

    public static float[][] Embeddings(IDataView data, string column = "Features") =>
        [.. data.GetColumn<float[]>(column)];

    public static double LargestDifference(float[][] first, float[][] second)
    {
        Assert.HasCount(first.Length, second);
        return first.Zip(second, (a, b) => a.Zip(b, (x, y) => (double)Math.Abs(x - y)).Max()).Max();
    }

    private static MLImage Draw(int kind, int side, Random random)
    {
        using var bitmap = new SKBitmap(side, side, SKColorType.Bgra8888, SKAlphaType.Premul);
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(SKColor.FromHsv(360 * random.NextSingle(), 60, 40));
            using var paint = new SKPaint
            {
                Color = SKColor.FromHsv(360 * random.NextSingle(), 70, 90),
                StrokeWidth = side / 8f,
            };
            var (x, y) = (side * (0.3f + 0.4f * random.NextSingle()), side * (0.3f + 0.4f * random.NextSingle()));
            switch (kind)
            {
                case 0:
                    canvas.DrawCircle(x, y, side * 0.3f, paint);
                    break;
                case 1:
                    paint.Style = SKPaintStyle.Stroke;
                    canvas.DrawRect(x - side * 0.25f, y - side * 0.25f, side * 0.5f, side * 0.5f, paint);
                    break;
                default:
                    canvas.DrawLine(0, y, side, y, paint);
                    canvas.DrawLine(0, y - side / 3f, side, y - side / 3f, paint);
                    break;
            }
        }
        return MLImage.CreateFromPixels(side, side, MLPixelFormat.Bgra32, bitmap.GetPixelSpan());
    }
}
