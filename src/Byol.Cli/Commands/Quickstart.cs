using System.Diagnostics;
using Byol.Cli.Data;
using Byol.Cli.Output;
using Byol.MLNet;
using Byol.MLNet.Evaluation;
using Byol.MLNet.Reporting;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Byol.Cli.Commands;

/// <summary>
/// Draws its own pictures, pretrains without their labels, compares features, saves the pipeline, loads it back,
/// predicts, and writes a page to look at.
/// </summary>
internal sealed class Quickstart(int seed, int epochs, CancellationToken cancellation)
{
    /// <summary>Little more than a minute of two idle cores.</summary>
    public const int DefaultEpochs = 60;

    private const int UnlabelledPictures = 4000;
    private const int LabelledPictures = 1000;
    private const int TestPictures = 1000;
    private const string Embedding = "Features";
    private const string Image = nameof(ShapePicture.Image);
    private const string Label = nameof(ShapePicture.Label);

    private readonly MLContext _mlContext = Messages.CreateContext(seed, showEpochs: false);

    /// <summary>Runs it all.</summary>
    /// <param name="page">The page to write.</param>
    /// <param name="save">Where to keep the saved pipeline; null keeps none.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public Results Run(FileInfo page, FileInfo? save)
    {
        var clock = Stopwatch.StartNew();
        var labelled = Load(ShapePictures.Draw(LabelledPictures, seed: 2));
        var testPictures = ShapePictures.Draw(TestPictures, seed: 3);
        var options = new ByolOptions
        {
            Recipe = Recipe,
            Seed = seed,
            Epochs = epochs,
            PretrainingData = Load(ShapePictures.Draw(UnlabelledPictures, seed: 1)),
            Progress = LiveProgress.IsLive ? null : new TenthsOfTraining(Messages.Info),
            CancellationToken = cancellation,
        };
        Messages.Info(
            $"Drew {UnlabelledPictures} unlabelled, {LabelledPictures} labelled and {TestPictures} test pictures "
            + $"of {ShapePictures.ClassCount} shapes.");

        var model = LiveProgress.Run(options, () => Pipeline(options).Fit(labelled));
        cancellation.ThrowIfCancellationRequested();
        var encoder = model.OfType<ByolEmbeddingTransformer>().Single();
        var test = Extract(encoder, Load(testPictures));
        var rows = new ByolEvaluator(seed).Evaluate(
            "shapes", Extract(encoder, labelled), test, [ByolClassifier.Knn, ByolClassifier.Lbfgs]);
        Results.PrintTable(rows);
        cancellation.ThrowIfCancellationRequested();

        using var file = new PipelineFile(save);
        file.Save(_mlContext, model, labelled.Schema);
        var predictions = ShapePredictions.Of(testPictures, file.Path);
        predictions.Print(new FileInfo(file.Path).Length, seed);
        WritePage(page, new ByolReport($"Quick start: {ShapePictures.ClassCount} shapes, pretrained without labels")
            .AddPredictions(test, predictions.Sample(seed))
            .AddEmbeddings(test)
            .AddEvaluation(rows)
            .AddViews(_mlContext, options.PretrainingData, Image, options)
            .AddTraining(encoder.History));
        return new Results
        {
            Rows = rows,
            Epochs = encoder.History,
            Collapsed = Pretraining.IsCollapsed(encoder),
            Verdict = encoder.Verdict?.State,
            HeldOutAccuracy = predictions.Accuracy,
            Seconds = clock.Elapsed.TotalSeconds,
            Model = save?.FullName,
            Seed = seed,
        };
    }

    private EstimatorChain<KeyToValueMappingTransformer> Pipeline(ByolOptions options) =>
        _mlContext.Transforms.Conversion.MapValueToKey(Label)
        .Append(_mlContext.Transforms.ByolEmbedding(Embedding, Image, options))
        .Append(_mlContext.Transforms.NormalizeMeanVariance(Embedding, fixZero: false))
        .Append(_mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(l2Regularization: 10))
        .Append(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    // What the views vary is what the features forget. Colour, brightness, place, size and side say nothing of a shape
    // here, so the views vary them widely; a shape must stay whole to be one, so crops are large. Small pictures of one
    // thing need a small network.
    private static readonly ByolRecipe Recipe = ByolRecipe.Fast with
    {
        Encoder = ByolRecipe.Fast.Encoder with { Width = 0.25 },
        Views = ByolRecipe.Fast.Views with
        {
            CropAreaMinimum = 0.5,
            JitterProbability = 1,
            Hue = 0.5,
            Saturation = 0.8,
            GreyProbability = 0.3,
        },
    };

    private IDataView Load(IReadOnlyList<ShapePicture> pictures) => _mlContext.Data.LoadFromEnumerable(pictures);

    // Without the ImageNet network, which would take as long as the training.
    private FeatureSets Extract(ByolEmbeddingTransformer encoder, IDataView data) =>
        FeatureSets.Extract(_mlContext, encoder, data, Image, Label, includeImageNet: false);

    // The page is there to be looked at: where it cannot be written, the results still stand.
    private static void WritePage(FileInfo file, ByolReport report)
    {
        try
        {
            report.Save(file.FullName);
            Messages.Info($"A page to look at, with neighbours, map and predictions: {file.FullName}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Messages.Warning($"The page '{file.FullName}' was not written: {exception.Message}");
        }
    }
}
