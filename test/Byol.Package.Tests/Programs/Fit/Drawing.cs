using Byol.MLNet;
using SkiaSharp;

internal static class Drawing
{
    /// <summary>A small encoder (96 dimensions) and a short run, which take seconds.</summary>
    public static ByolOptions TinyRecipe() => new()
    {
        Recipe = ByolRecipe.Walkthrough with
        {
            Encoder = new() { Backbone = ByolBackbone.ResNet18, ImageSize = 16, Width = 0.125, EmbeddedStages = 2 },
            Heads = new() { ProjectorHiddenSize = 32, ProjectorOutputSize = 16, PredictorHiddenSize = 32 },
            BatchSize = 16,
            ValidationFraction = 0,
            Precision = ByolPrecision.Float32,
        },
        Epochs = 2,
        Seed = 5,
    };

    /// <summary>64 pictures of discs and of bars.</summary>
    public static void Draw(string folder)
    {
        var random = new Random(1);
        foreach (var kind in new[] { "bars", "discs" })
        {
            Directory.CreateDirectory(Path.Combine(folder, kind));
            for (var i = 0; i < 32; i++)
            {
                using var bitmap = new SKBitmap(16, 16);
                Draw(bitmap, kind == "discs", random);
                using var file = File.Create(Path.Combine(folder, kind, $"{i:00}.png"));
                bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
            }
        }
    }

    private static void Draw(SKBitmap bitmap, bool isDisc, Random random)
    {
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColor.FromHsv(360 * random.NextSingle(), 60, 40));
        using var paint = new SKPaint { Color = SKColor.FromHsv(360 * random.NextSingle(), 70, 90) };
        var (x, y) = (5 + 6 * random.NextSingle(), 5 + 6 * random.NextSingle());
        if (isDisc)
        {
            canvas.DrawCircle(x, y, 5, paint);
        }
        else
        {
            canvas.DrawRect(0, y, 16, 3, paint);
        }
    }
}
