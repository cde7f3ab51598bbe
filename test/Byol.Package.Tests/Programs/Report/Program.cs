using Byol.MLNet.Evaluation;
using Byol.MLNet.Reporting;
using Microsoft.ML;

// Evaluates a saved encoder. Run in the folder that holds encoder.onnx and photos.
var mlContext = new MLContext(seed: 1);
var photos = mlContext.Data.LoadFromEnumerable(Photo.In("photos"));

var encoder = mlContext.Transforms.LoadByolEmbedding("Features", "ImagePath", "encoder.onnx").Fit(photos);
var features = FeatureSets.Extract(mlContext, encoder, photos, "ImagePath", "Label");
var rows = new ByolEvaluator(seed: 1).EvaluateSplits("photos", features, splits: 3, ByolEvaluator.DefaultClassifiers);
foreach (var row in rows)
{
    Console.WriteLine($"{row.Features}, {row.Classifier}: {row.MicroAccuracy:P1} ± {row.Deviation:P1}");
}

new ByolReport("Photos")
    .AddEmbeddings(features)
    .AddEvaluation(rows)
    .Save("report.html");
