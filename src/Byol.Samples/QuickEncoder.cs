using Byol.MLNet;
using Microsoft.ML;

namespace Byol.Samples;

/// <summary>An encoder of a few steps, for the samples that begin where a training ends.</summary>
internal static class QuickEncoder
{
    /// <summary>A run of seconds on the drawn pictures: too short to learn much.</summary>
    public static ByolOptions Options()
    {
        #region recipe
        var recipe = ByolRecipe.Fast with
        {
            BatchSize = 16,
            Encoder = ByolRecipe.Fast.Encoder with { Width = 0.25 },
        };
        var options = new ByolOptions { Recipe = recipe, Epochs = 2, Seed = 1 };
        #endregion
        return options;
    }

    /// <summary>Writes <c>encoder.onnx</c>, unless it is there.</summary>
    public static void Save(MLContext mlContext)
    {
        if (!File.Exists("encoder.onnx"))
        {
            var photos = mlContext.Data.LoadFromEnumerable(Photo.In("all"));
            using var encoder = mlContext.Transforms.ByolEmbedding("Features", "ImagePath", Options()).Fit(photos);
            encoder.SaveOnnx("encoder.onnx");
        }
    }
}
