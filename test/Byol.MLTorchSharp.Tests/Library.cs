using Byol.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLTorchSharp.Tests;

/// <summary>What these tests use of this library: a fit of a second on made-up pictures.</summary>
internal static class Library
{
    private const int Side = 16;

    public static string[] WritePictures(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        var random = new Random(4);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var path = Path.Combine(folder, $"{i}.png");
            using var image = CreateImage(random, Side);
            image.Save(path);
            return path;
        })];
    }

    public static MLImage CreateImage(Random random, int side)
    {
        var pixels = new byte[4 * side * side];
        random.NextBytes(pixels);
        return MLImage.CreateFromPixels(side, side, MLPixelFormat.Bgra32, pixels);
    }

    /// <summary>Trains on the pictures and gives their embeddings; saves the pipeline where a file is named.</summary>
    public static float[][] FitAndEmbed(MLContext mlContext, string[] paths, string? file = null)
    {
        var data = mlContext.Data.LoadFromEnumerable(paths.Select(path => new Row { Image = path }).ToArray());
        var options = new ByolOptions
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
        var model = mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(data);
        if (file is not null)
        {
            mlContext.Model.Save(model, data.Schema, file);
        }
        return [.. model.Transform(data).GetColumn<float[]>("Features")];
    }

    private sealed class Row
    {
        public string Image { get; set; } = "";
    }
}
