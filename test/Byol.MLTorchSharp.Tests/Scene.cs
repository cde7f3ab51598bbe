using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Byol.MLTorchSharp.Tests;

/// <summary>A picture with one box in it, as ObjectDetection wants it.</summary>
internal sealed class Scene
{
    private const int Side = 32;

    [ImageType(Side, Side)]
    public MLImage Image { get; set; } = null!;

    [VectorType]
    public string[] Label { get; set; } = [];

    [VectorType]
    public float[] BoundingBoxes { get; set; } = [];

    public static IDataView Create(MLContext mlContext, int count)
    {
        var random = new Random(3);
        var scenes = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Scene
        {
            Image = Library.CreateImage(random, Side),
            Label = [i % 2 == 0 ? "cat" : "dog"],
            BoundingBoxes = [2, 2, 20, 20],
        }).ToArray());
        return mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(scenes).Transform(scenes);
    }
}
