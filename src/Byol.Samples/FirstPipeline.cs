using Byol.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.Samples;

/// <summary>Pretrains and classifies in one pipeline, and predicts names.</summary>
internal static class FirstPipeline
{
    public static void Run()
    {
        var mlContext = new MLContext(seed: 1);
        var labelled = mlContext.Data.LoadFromEnumerable(Photo.In("labelled"));
        var options = new ByolOptions { Recipe = ByolRecipe.Fast with { BatchSize = 16 }, Epochs = 2 };

        var pipeline = Shortest(mlContext, options)
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        var model = pipeline.Fit(labelled);

        var test = mlContext.Data.LoadFromEnumerable(Photo.In("test"));
        var predicted = model.Transform(test).GetColumn<string>("PredictedLabel");
        foreach (var (photo, label) in Photo.In("test").Zip(predicted).Take(5))
        {
            Console.WriteLine($"{photo.Label}: predicted as {label}");
        }
    }

    /// <summary>The shortest pipeline: its default options want 128 images or more.</summary>
    public static IEstimator<ITransformer> Shortest(MLContext mlContext)
    {
        #region shortest
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.ByolEmbedding("Features", "ImagePath"))
            .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
        #endregion
        return pipeline;
    }

    private static IEstimator<ITransformer> Shortest(MLContext mlContext, ByolOptions options) =>
        mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.ByolEmbedding("Features", "ImagePath", options))
            .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
}
