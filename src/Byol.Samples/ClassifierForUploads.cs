using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Byol.Samples;

/// <summary>
/// Fits a classifier on an image column, so that a service can give it uploads: see Byol.Samples.Web.
/// </summary>
internal static class ClassifierForUploads
{
    public static void Run()
    {
        var mlContext = new MLContext(seed: 1);
        QuickEncoder.Save(mlContext);

        #region fit
        var files = mlContext.Data.LoadFromEnumerable(Photo.In("labelled"));
        var images = mlContext.Transforms.LoadImages("Image", "", "ImagePath").Fit(files).Transform(files);
        var encoder = mlContext.Transforms.LoadByolEmbedding("Features", "Image", "encoder.onnx").Fit(images);
        var model = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.ApplyByolEmbedding("Features", "Image", encoder))
            .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(images);
        mlContext.Model.Save(model, images.Schema, "model.zip");
        #endregion

        // As a service does: a fresh context that knows nothing of Byol.MLNet, and the file.
        var service = new MLContext();
        using var engine = service.Model.CreatePredictionEngine<Upload, Prediction>(
            service.Model.Load("model.zip", out _));
        using var image = MLImage.CreateFromFile("new.jpg");
        Console.WriteLine(engine.Predict(new Upload { Image = image }).PredictedLabel);
    }

    private sealed class Upload
    {
        [ImageType(64, 64)]
        public MLImage Image { get; set; } = null!;

        public string Label { get; set; } = "";
    }
}
