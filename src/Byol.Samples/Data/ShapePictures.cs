using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SkiaSharp;

namespace Byol.Samples.Data;

/// <summary>A drawn picture with the name of its shape.</summary>
internal sealed class ShapePicture
{
    [ImageType(ShapePictures.Side, ShapePictures.Side)]
    public MLImage Image { get; set; } = null!;

    public string Label { get; set; } = "";
}

/// <summary>
/// Draws labelled pictures, so that the quick start needs no data set: one shape each, whose colour, place, size and rotation vary, as
/// do light and background. The same seed gives the same pictures.
/// </summary>
internal static class ShapePictures
{
    public const int Side = 32;

    private static readonly (string Name, Func<SKPath> Path)[] Shapes =
    [
        ("circle", () => Closed(path => path.AddCircle(0, 0, 1))),
        ("square", () => Closed(path => path.AddRect(new SKRect(-0.85f, -0.85f, 0.85f, 0.85f)))),
        ("triangle", () => Polygon(3, 1, 1)),
        ("star", () => Polygon(10, 1, 0.4)),
        ("cross", () => Closed(path => { path.AddRect(new SKRect(-1, -0.28f, 1, 0.28f)); path.AddRect(new SKRect(-0.28f, -1, 0.28f, 1)); })),
        ("ring", () => Closed(path => { path.AddCircle(0, 0, 1); path.AddCircle(0, 0, 0.55f, SKPathDirection.CounterClockwise); })),
        ("bar", () => Closed(path => path.AddRect(new SKRect(-1, -0.25f, 1, 0.25f)))),
        ("crescent", Crescent),
        ("bars", () => Closed(path => { path.AddRect(new SKRect(-1, -0.8f, 1, -0.3f)); path.AddRect(new SKRect(-1, 0.3f, 1, 0.8f)); })),
        ("dots", () => Closed(path => { path.AddCircle(-0.6f, -0.5f, 0.38f); path.AddCircle(0.6f, -0.5f, 0.38f); path.AddCircle(0, 0.6f, 0.38f); })),
    ];

    public static int ClassCount => Shapes.Length;

    /// <summary>Draws pictures of all shapes in equal numbers.</summary>
    public static IReadOnlyList<ShapePicture> Draw(int count, int seed)
    {
        var random = new Random(seed);
        var pictures = new ShapePicture[count];
        for (var i = 0; i < count; i++)
        {
            var (name, path) = Shapes[i % Shapes.Length];
            pictures[i] = new ShapePicture { Image = Draw(path, random), Label = name };
        }
        return pictures;
    }

    private static MLImage Draw(Func<SKPath> shape, Random random)
    {
        using var bitmap = new SKBitmap(Side, Side, SKColorType.Bgra8888, SKAlphaType.Premul);
        using (var canvas = new SKCanvas(bitmap))
        {
            DrawBackground(canvas, random);
            var radius = Side * (0.2f + 0.16f * random.NextSingle());
            var reach = Side / 2f - radius;
            canvas.Translate(
                Side / 2f + reach * (2 * random.NextSingle() - 1),
                Side / 2f + reach * (2 * random.NextSingle() - 1));
            canvas.RotateDegrees(360 * random.NextSingle());
            canvas.Scale(radius);
            using var path = shape();
            using var paint = new SKPaint { IsAntialias = true, Color = Colour(random, 0.75f, 1) };
            canvas.DrawPath(path, paint);
        }
        return MLImage.CreateFromPixels(Side, Side, MLPixelFormat.Bgra32, bitmap.GetPixelSpan());
    }

    // A gradient of two darker colours is the light; a few faint blobs are the clutter.
    private static void DrawBackground(SKCanvas canvas, Random random)
    {
        var angle = 2 * Math.PI * random.NextDouble();
        var (dx, dy) = ((float)Math.Cos(angle) * Side / 2, (float)Math.Sin(angle) * Side / 2);
        var centre = Side / 2f;
        using var shader = SKShader.CreateLinearGradient(
            new SKPoint(centre - dx, centre - dy),
            new SKPoint(centre + dx, centre + dy),
            [Colour(random, 0.1f, 0.55f), Colour(random, 0.1f, 0.55f)],
            SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader };
        canvas.DrawRect(0, 0, Side, Side, paint);
        for (var blob = 0; blob < 3; blob++)
        {
            using var faint = new SKPaint { IsAntialias = true, Color = Colour(random, 0.2f, 0.6f).WithAlpha(90) };
            canvas.DrawCircle(Side * random.NextSingle(), Side * random.NextSingle(), 1 + 3 * random.NextSingle(), faint);
        }
    }

    private static SKColor Colour(Random random, float darkest, float brightest) => SKColor.FromHsv(
        360 * random.NextSingle(), 30 + 70 * random.NextSingle(), 100 * (darkest + (brightest - darkest) * random.NextSingle()));

    private static SKPath Closed(Action<SKPath> draw)
    {
        var path = new SKPath();
        draw(path);
        return path;
    }

    private static SKPath Polygon(int corners, double outer, double inner) => Closed(path => path.AddPoly(
    [
        .. Enumerable.Range(0, corners).Select(i =>
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * i / corners);
            var radius = i % 2 == 0 ? outer : inner;
            return new SKPoint((float)(radius * cos), (float)(radius * sin));
        }),
    ]));

    private static SKPath Crescent()
    {
        using var disc = Closed(path => path.AddCircle(0, 0, 1));
        using var bite = Closed(path => path.AddCircle(0.5f, 0, 0.85f));
        return disc.Op(bite, SKPathOp.Difference);
    }
}
