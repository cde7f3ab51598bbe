using Byol.MLNet;
using Microsoft.ML;

// Draws pictures, pretrains on them, fits a classifier on the features, and saves the pipeline and the encoder.
Drawing.Draw("photos");

var mlContext = new MLContext(seed: 1);
var photos = mlContext.Data.LoadFromEnumerable(Photo.In("photos"));
var options = Drawing.TinyRecipe();

var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    .Append(mlContext.Transforms.ByolEmbedding("Features", "ImagePath", options))
    .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

var model = pipeline.Fit(photos);
mlContext.Model.Save(model, photos.Schema, "model.zip");

model.OfType<ByolEmbeddingTransformer>().Single().SaveOnnx("encoder.onnx");

using var engine = mlContext.Model.CreatePredictionEngine<Photo, Prediction>(model);
foreach (var photo in Photo.In("photos"))
{
    Console.WriteLine(engine.Predict(photo));
}
