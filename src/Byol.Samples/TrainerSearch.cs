using Byol.MLNet.Evaluation;
using Microsoft.ML;

namespace Byol.Samples;

/// <summary>Searches ML.NET's trainers on the embeddings of a trained encoder.</summary>
internal static class TrainerSearch
{
    public static void Run()
    {
        var mlContext = new MLContext(seed: 1);
        QuickEncoder.Save(mlContext);

        #region search
        var train = mlContext.Data.LoadFromEnumerable(Photo.In("labelled"));
        var encoder = mlContext.Transforms.LoadByolEmbedding("Features", "ImagePath", "encoder.onnx").Fit(train);
        var settings = new ByolExperimentSettings
        {
            MaxExperimentTime = TimeSpan.FromSeconds(4),     // minutes, usually
        };
        var result = new ByolExperiment(mlContext, encoder, settings).Execute(train);
        mlContext.Model.Save(result.Model, train.Schema, "model.zip");
        #endregion

        #region score
        var test = mlContext.Data.LoadFromEnumerable(Photo.In("test"));
        Console.WriteLine($"{result.BestRun.TrainerName}: {result.Evaluate(test).MicroAccuracy:P1} of test images");
        #endregion
    }
}
