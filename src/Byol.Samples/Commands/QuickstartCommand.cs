using System.CommandLine;
using System.Diagnostics;
using Byol.MLNet;
using Byol.Samples.Data;
using Byol.Samples.Output;
using Microsoft.ML;

namespace Byol.Samples.Commands;

/// <summary>
/// No command, or <c>quickstart</c>: draws its own pictures, pretrains without their labels, compares features, saves the pipeline,
/// loads it back and predicts.
/// </summary>
internal static class QuickstartCommand
{
    private const int UnlabelledPictures = 4000;
    private const int LabelledPictures = 1000;
    private const int TestPictures = 1000;
    private const int Epochs = 60;
    private const string Embedding = "Features";
    private const string Image = nameof(ShapePicture.Image);
    private const string Label = nameof(ShapePicture.Label);

    public static RootCommand CreateRoot()
    {
        var json = new Option<FileInfo?>("--json") { Description = "Also write the results to this file." };
        var save = new Option<FileInfo?>("--save") { Description = "Keep the saved pipeline (an ML.NET model, .zip) here." };
        var quickstart = new Command("quickstart", "The whole way on drawn pictures; the same as no command.") { json, save };
        quickstart.SetAction((result, cancellation) => Run(result.GetValue(json), result.GetValue(save), cancellation));
        var root = new RootCommand("Byol.MLNet: image features from pictures that nobody labelled.") { json, save, quickstart };
        root.SetAction((result, cancellation) => Run(result.GetValue(json), result.GetValue(save), cancellation));
        return root;
    }

    private static Task<int> Run(FileInfo? json, FileInfo? save, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        OutputFile.RequireWritable(json);
        OutputFile.RequireWritable(save);
        var mlContext = Messages.CreateContext(Pretraining.DefaultSeed);
        var unlabelled = mlContext.Data.LoadFromEnumerable(ShapePictures.Draw(UnlabelledPictures, seed: 1));
        var labelled = mlContext.Data.LoadFromEnumerable(ShapePictures.Draw(LabelledPictures, seed: 2));
        var testPictures = ShapePictures.Draw(TestPictures, seed: 3);
        var test = mlContext.Data.LoadFromEnumerable(testPictures);
        Messages.Info($"Drew {UnlabelledPictures} unlabelled, {LabelledPictures} labelled and {TestPictures} test pictures of {ShapePictures.ClassCount} shapes.");

        var options = Recipe();
        options.PretrainingData = unlabelled;
        options.CancellationToken = cancellation;
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey(Label)
            .Append(mlContext.Transforms.ByolEmbedding(Embedding, Image, options))
            .Append(mlContext.Transforms.NormalizeMeanVariance(Embedding, fixZero: false))
            .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(l2Regularization: 10))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        var model = LiveProgress.Run(options, () => pipeline.Fit(labelled));
        var encoder = model.OfType<ByolEmbeddingTransformer>().Single();

        var rows = new ByolEvaluator(Pretraining.DefaultSeed).Evaluate(
            "shapes", Extract(labelled), Extract(test), [ByolClassifier.Knn, ByolClassifier.Lbfgs]);
        Results.PrintTable(rows);

        using (var file = new PipelineFile(save))
        {
            file.Save(mlContext, model, labelled.Schema);
            Predict(file.Path, testPictures);
        }
        new Results { Rows = rows, Epochs = encoder.History, Collapsed = false, Seconds = clock.Elapsed.TotalSeconds, Model = save?.FullName, Seed = Pretraining.DefaultSeed }.Write(json);
        return Task.FromResult(0);

        FeatureSets Extract(IDataView data) => FeatureSets.Extract(mlContext, encoder, data, Image, Label);
    }

    // What the views vary is what the features forget. A shape's colour says nothing here, so colours vary widely; a shape must stay
    // whole to be one, so crops are large. A short run wants a faster target, a small picture of one thing a small network.
    private static ByolOptions Recipe()
    {
        var options = ByolOptions.Fast();
        options.Epochs = Epochs;
        options.Width = 0.25;
        options.Tau = 0.95;
        options.CropAreaMinimum = 0.4;
        options.JitterProbability = 1;
        options.Hue = 0.5;
        options.Saturation = 0.8;
        options.GreyProbability = 0.3;
        return options;
    }

    // As a web service does it: a fresh context that knows nothing of Byol.MLNet, and the saved file.
    private static void Predict(string file, IReadOnlyList<ShapePicture> pictures)
    {
        var mlContext = new MLContext();
        using var engine = mlContext.Model.CreatePredictionEngine<ShapePicture, ShapePrediction>(mlContext.Model.Load(file, out _));
        var right = pictures.Count(picture => engine.Predict(picture).PredictedLabel == picture.Label);
        Messages.Info($"Saved the pipeline ({new FileInfo(file).Length / 1024.0 / 1024:F1} MB), loaded it back: it names {right} of {pictures.Count} test pictures right.");
        foreach (var picture in pictures.Take(3))
        {
            Messages.Info($"  a {picture.Label} is a {engine.Predict(picture).PredictedLabel}");
        }
    }

    private sealed class ShapePrediction
    {
        public string PredictedLabel { get; set; } = "";
    }
}
