using Microsoft.ML;

// Loads a saved pipeline and predicts. Run in the folder that holds model.zip and photos.
var mlContext = new MLContext();
var model = mlContext.Model.Load("model.zip", out _);
using var engine = mlContext.Model.CreatePredictionEngine<Photo, Prediction>(model);
foreach (var photo in Photo.In("photos"))
{
    Console.WriteLine(engine.Predict(photo));
}
