using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SkiaSharp;

namespace Byol.Cli.Data;

/// <summary>A drawn picture with the name of its shape.</summary>
internal sealed class ShapePicture
{
    [ImageType(ShapePictures.Side, ShapePictures.Side)]
    public MLImage Image { get; set; } = null!;

    public string Label { get; set; } = "";
}

/// <summary>
/// Draws labelled pictures, so that the quick start needs no data set: one shape each, bright on dark or dark on
/// bright, whose colours, place, size and tilt vary, as do light and background. The same seed gives the same pictures.
/// </summary>
/// <remarks>
/// What varies beside the shape changes most pixels, and tells nothing of the shape: pixels and random features are
/// lost in it. Two views of a picture differ in much the same, so the trained features are not. BYOL needs this of a
/// task.
/// </remarks>
internal static class ShapePictures
{
    public const int Side = 32;

    private const float SmallestRadius = 0.3f * Side;
    private const float LargestRadius = 0.43f * Side;
    private const float Tilt = 10;
    private const int Blobs = 2;

    private static readonly (string Name, Func<SKPath> Path)[] Shapes =
    [
        ("circle", () => Circles(1, (0, 0))),
        ("square", () => Rectangles(new SKRect(-0.85f, -0.85f, 0.85f, 0.85f))),
        ("triangle", () => Polygon(3, 1, 1)),
        ("star", () => Polygon(10, 1, 0.4)),
        ("cross", () => Rectangles(new SKRect(-1, -0.28f, 1, 0.28f), new SKRect(-0.28f, -1, 0.28f, 1))),
        ("ring", Ring),
        ("bar", () => Rectangles(new SKRect(-1, -0.25f, 1, 0.25f))),
        ("crescent", Crescent),
        ("bars", () => Rectangles(new SKRect(-1, -0.8f, 1, -0.3f), new SKRect(-1, 0.3f, 1, 0.8f))),
        ("dots", () => Circles(0.38f, (-0.6f, -0.5f), (0.6f, -0.5f), (0, 0.6f))),
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
            var isDark = random.Next(2) == 0;
            DrawBackground(canvas, random, isDark ? (0.7f, 1) : (0.1f, 0.55f));
            var radius = Between(random, SmallestRadius, LargestRadius);
            var reach = Side / 2f - radius;
            canvas.Translate(Side / 2f + Between(random, -reach, reach), Side / 2f + Between(random, -reach, reach));
            canvas.RotateDegrees(Between(random, -Tilt, Tilt));
            canvas.Scale(random.Next(2) == 0 ? radius : -radius, radius);
            using var path = shape();
            var colour = Colour(random, isDark ? (0.1f, 0.35f) : (0.75f, 1));
            using var paint = new SKPaint { IsAntialias = true, Color = colour };
            canvas.DrawPath(path, paint);
        }
        return MLImage.CreateFromPixels(Side, Side, MLPixelFormat.Bgra32, bitmap.GetPixelSpan());
    }

    // A gradient of two colours is the light; a few faint blobs are the clutter.
    private static void DrawBackground(SKCanvas canvas, Random random, (float Darkest, float Brightest) light)
    {
        var (sin, cos) = Math.SinCos(2 * Math.PI * random.NextDouble());
        var (dx, dy) = ((float)cos * Side / 2, (float)sin * Side / 2);
        var centre = Side / 2f;
        using var shader = SKShader.CreateLinearGradient(
            new SKPoint(centre - dx, centre - dy),
            new SKPoint(centre + dx, centre + dy),
            [Colour(random, light), Colour(random, light)],
            SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader };
        canvas.DrawRect(0, 0, Side, Side, paint);
        for (var blob = 0; blob < Blobs; blob++)
        {
            using var faint = new SKPaint { IsAntialias = true, Color = Colour(random, (0.2f, 0.6f)).WithAlpha(90) };
            canvas.DrawCircle(Side * random.NextSingle(), Side * random.NextSingle(), Between(random, 1, 4), faint);
        }
    }

    private static SKColor Colour(Random random, (float Darkest, float Brightest) light) =>
        SKColor.FromHsv(
            Between(random, 0, 360), Between(random, 30, 100), 100 * Between(random, light.Darkest, light.Brightest));

    private static float Between(Random random, float low, float high) => low + (high - low) * random.NextSingle();

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

    private static SKPath Rectangles(params SKRect[] rectangles) =>
        Closed(path => Array.ForEach(rectangles, rectangle => path.AddRect(rectangle)));

    private static SKPath Circles(float radius, params (float X, float Y)[] centres) =>
        Closed(path => Array.ForEach(centres, centre => path.AddCircle(centre.X, centre.Y, radius)));

    private static SKPath Ring() => Difference(Circles(1, (0, 0)), Circles(0.55f, (0, 0)));

    private static SKPath Crescent() => Difference(Circles(1, (0, 0)), Circles(0.85f, (0.5f, 0)));

    private static SKPath Difference(SKPath from, SKPath bite)
    {
        using (from)
        using (bite)
        {
            return from.Op(bite, SKPathOp.Difference);
        }
    }
}
