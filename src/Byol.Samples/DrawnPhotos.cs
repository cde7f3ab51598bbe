using SkiaSharp;

namespace Byol.Samples;

/// <summary>Draws the folders that the samples read, so that they need no data set.</summary>
internal static class DrawnPhotos
{
    private const int Side = 32;

    private static readonly string[] Labels = ["disc", "frame", "stripes"];

    /// <summary>
    /// Writes <c>labelled/LABEL/*.jpg</c>, <c>test/LABEL/*.jpg</c>, <c>all/*.jpg</c> and <c>new.jpg</c>.
    /// </summary>
    public static void WriteTo(string folder)
    {
        var random = new Random(1);
        for (var i = 0; i < 60; i++)
        {
            var label = Labels[i % Labels.Length];
            Write(Path.Combine(folder, "labelled", label, $"{i}.jpg"), label, random);
            Write(Path.Combine(folder, "test", label, $"{i}.jpg"), label, random);
            Write(Path.Combine(folder, "all", $"{i}.jpg"), label, random);
        }
        Write(Path.Combine(folder, "new.jpg"), Labels[0], random);
    }

    private static void Write(string path, string label, Random random)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var bitmap = new SKBitmap(Side, Side);
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(Colour(random, brightness: 30));
            using var paint = new SKPaint
            {
                Color = Colour(random, brightness: 90),
                StrokeWidth = 3,
                IsAntialias = true,
            };
            paint.IsStroke = label == "frame";
            canvas.Translate(random.Next(-3, 4), random.Next(-3, 4));
            Draw(canvas, label, paint);
        }
        using var file = File.Create(path);
        bitmap.Encode(file, SKEncodedImageFormat.Jpeg, quality: 90);
    }

    private static void Draw(SKCanvas canvas, string label, SKPaint paint)
    {
        switch (label)
        {
            case "disc":
                canvas.DrawCircle(Side / 2f, Side / 2f, Side / 3.5f, paint);
                break;
            case "frame":
                canvas.DrawRect(new SKRect(8, 8, Side - 8, Side - 8), paint);
                break;
            default:
                for (var y = 6; y < Side; y += 8)
                {
                    canvas.DrawLine(4, y, Side - 4, y, paint);
                }
                break;
        }
    }

    private static SKColor Colour(Random random, float brightness) =>
        SKColor.FromHsv(random.Next(360), random.Next(20, 90), brightness);
}
