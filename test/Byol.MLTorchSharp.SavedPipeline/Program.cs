using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.TorchSharp;

// Usage: MODEL.zip FILE… Prints the TorchSharp that Microsoft.ML.TorchSharp got here, then one embedding a line.
var mlContext = new MLContext(1);
var detection = mlContext.MulticlassClassification.Trainers.ObjectDetection();
Console.WriteLine($"{detection.GetType().Name}, TorchSharp {typeof(TorchSharp.torch).Assembly.GetName().Version}");

var model = mlContext.Model.Load(args[0], out _);
var pictures = mlContext.Data.LoadFromEnumerable(args[1..].Select(path => new Picture { Image = path }).ToArray());
foreach (var features in model.Transform(pictures).GetColumn<float[]>("Features"))
{
    Console.WriteLine(string.Join(' ', features.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
}

internal sealed class Picture
{
    public string Image { get; set; } = "";
}
