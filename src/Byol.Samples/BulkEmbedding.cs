using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.Samples;

/// <summary>Embeds many pictures, and finds those that are most like one of them.</summary>
internal static class BulkEmbedding
{
    public static void Run()
    {
        var mlContext = new MLContext(seed: 1);
        QuickEncoder.Save(mlContext);

        #region embed
        var photos = mlContext.Data.LoadFromEnumerable(Photo.In("labelled"));
        using var encoder = mlContext.Transforms.LoadByolEmbedding("Features", "ImagePath", "encoder.onnx").Fit(photos);
        var embedded = encoder.Transform(photos);
        var paths = embedded.GetColumn<string>("ImagePath").ToArray();
        var vectors = embedded.GetColumn<float[]>("Features").ToArray();
        #endregion

        #region nearest
        var nearest = Enumerable.Range(1, paths.Length - 1)
            .OrderByDescending(i => TensorPrimitives.CosineSimilarity<float>(vectors[0], vectors[i]))
            .Take(5);
        Console.WriteLine($"{paths[0]} is most like {string.Join(", ", nearest.Select(i => paths[i]))}");
        #endregion
    }
}
