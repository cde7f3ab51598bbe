using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

// Usage: MODEL.zip paths|images FILE… Prints one embedding a line; "images" also says whether its image objects stayed
// as they were.
var mlContext = new MLContext();
var model = mlContext.Model.Load(args[0], out _);
if (args[1] == "paths")
{
    Print(
        model.Transform(
            mlContext.Data.LoadFromEnumerable(args[2..].Select(path => new PathRow { Image = path }).ToArray())));
    return;
}

ImageRow[] rows = [.. args[2..].Select(path => new ImageRow { Image = MLImage.CreateFromFile(path) })];
byte[][] before = [.. rows.Select(row => row.Image.Pixels.ToArray())];
Print(model.Transform(mlContext.Data.LoadFromEnumerable(rows)));
using (var engine = mlContext.Model.CreatePredictionEngine<ImageRow, Embedding>(model))
{
    foreach (var row in rows)
    {
        engine.Predict(row);
    }
}
Console.WriteLine(
    rows.Zip(before).All(pair => pair.First.Image.Pixels.SequenceEqual(pair.Second))
        ? "images unchanged"
        : "images changed");

static void Print(IDataView data)
{
    foreach (var embedding in data.GetColumn<float[]>("Features"))
    {
        Console.WriteLine(
            string.Join(' ', embedding.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
    }
}

internal sealed class PathRow
{
    public string Image { get; set; } = "";

    public string Label { get; set; } = "";
}

internal sealed class ImageRow
{
    [ImageType(16, 16)]
    public MLImage Image { get; set; } = null!;

    public string Label { get; set; } = "";

    public float Number { get; set; }
}

internal sealed class Embedding
{
    public float[] Features { get; set; } = [];
}
