#region usings
using Byol.MLNet;
using Microsoft.ML;
#endregion

namespace Byol.Samples;

/// <summary>From a folder of labelled photographs to a saved pipeline that predicts their labels.</summary>
internal static class Photographs
{
    public static void Run()
    {
        #region data
        var mlContext = new MLContext(seed: 1);
        var labelled = mlContext.Data.LoadFromEnumerable(Photo.In("labelled"));          // labelled/LABEL/*.jpg
        #endregion

        #region options
        var options = new ByolOptions
        {
            Recipe = ByolRecipe.Taught,                                                  // by the ImageNet network
            PretrainingData = mlContext.Data.LoadFromEnumerable(Photo.In("all")),        // many more, without labels
            MaxTrainingTime = TimeSpan.FromMinutes(20),
        };
        #endregion

        #region fit
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.ByolEmbedding("Features", "ImagePath", options))
            .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        var model = pipeline.Fit(labelled);
        mlContext.Model.Save(model, labelled.Schema, "model.zip");

        using var engine = mlContext.Model.CreatePredictionEngine<Photo, Prediction>(model);
        Console.WriteLine(engine.Predict(new Photo { ImagePath = "new.jpg" }).PredictedLabel);
        #endregion
    }
}
