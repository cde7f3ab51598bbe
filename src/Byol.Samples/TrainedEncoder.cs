using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.Samples;

/// <summary>Saves an encoder, and uses it again without training.</summary>
internal static class TrainedEncoder
{
    public static void Run()
    {
        var mlContext = new MLContext(seed: 1);
        var photos = mlContext.Data.LoadFromEnumerable(Photo.In("labelled"));
        var options = QuickEncoder.Options();

        #region save
        var encoder = mlContext.Transforms.ByolEmbedding("Features", "ImagePath", options).Fit(photos);
        encoder.SaveOnnx("encoder.onnx");
        #endregion

        #region again
        var inTheSameProcess = mlContext.Transforms.ApplyByolEmbedding("Features", "ImagePath", encoder);
        var inAnother = mlContext.Transforms.LoadByolEmbedding("Features", "ImagePath", "encoder.onnx");
        #endregion

        #region int8
        var int8 = encoder.ToInt8(photos);
        int8.SaveOnnx("encoder.int8.onnx");
        #endregion

        #region cross-validate
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(inTheSameProcess)
            .Append(mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy());
        var folds = mlContext.MulticlassClassification.CrossValidate(photos, pipeline, numberOfFolds: 3);
        Console.WriteLine($"MicroAccuracy {folds.Average(fold => fold.Metrics.MicroAccuracy):F2}");
        #endregion

        var first = inAnother.Fit(photos).Transform(photos).GetColumn<float[]>("Features").First();
        var quick = int8.Transform(photos).GetColumn<float[]>("Features").First();
        Console.WriteLine($"{first.Length} values an image; the first is {first[0]:F2}, and {quick[0]:F2} in int8");
    }
}
