using System.Globalization;
using Byol.Cli.Data;
using Byol.Cli.Output;
using Byol.MLNet.Evaluation;
using Microsoft.ML;

namespace Byol.Cli.Commands;

/// <summary>What a saved pipeline predicts for pictures whose shape is known.</summary>
internal sealed class ShapePredictions
{
    private const int Printed = 5;
    private const int Shown = 24;

    private readonly IReadOnlyList<ShapePicture> _pictures;
    private readonly IReadOnlyList<ByolPrediction> _predictions;

    private ShapePredictions(IReadOnlyList<ShapePicture> pictures, IReadOnlyList<ByolPrediction> predictions) =>
        (_pictures, _predictions) = (pictures, predictions);

    /// <summary>Share of pictures whose shape was predicted, 0 to 1.</summary>
    public double Accuracy => _predictions.Average(prediction => IsRight(prediction) ? 1.0 : 0);

    /// <summary>
    /// Predicts as a web service does: a fresh context that knows nothing of Byol.MLNet, and the file.
    /// </summary>
    public static ShapePredictions Of(IReadOnlyList<ShapePicture> pictures, string file)
    {
        var mlContext = new MLContext();
        var model = mlContext.Model.Load(file, out _);
        using var engine = mlContext.Model.CreatePredictionEngine<ShapePicture, Prediction>(model);
        return new ShapePredictions(pictures, [.. pictures.Select((picture, i) => Predict(picture, i))]);

        ByolPrediction Predict(ShapePicture picture, int position)
        {
            var prediction = engine.Predict(picture);
            return new ByolPrediction(position, prediction.PredictedLabel) { Confidence = prediction.Score.Max() };
        }
    }

    /// <summary>Predictions drawn by a seed, right and wrong ones as they come.</summary>
    public IReadOnlyList<ByolPrediction> Sample(int seed)
    {
        ByolPrediction[] drawn = [.. _predictions];
        new Random(seed).Shuffle(drawn);
        return drawn[..Math.Min(Shown, drawn.Length)];
    }

    /// <summary>Prints the accuracy and a few drawn predictions.</summary>
    /// <param name="bytes">Length of the pipeline's file.</param>
    /// <param name="seed">Seed of the draw.</param>
    public void Print(long bytes, int seed)
    {
        Messages.Info(string.Create(
            CultureInfo.InvariantCulture,
            $"Saved the pipeline ({bytes / 1024.0 / 1024:F1} MB) and loaded it back: accuracy "
            + $"{Results.Percent(Accuracy)} ")
            + $"on {_pictures.Count} test pictures. {Printed} of them, drawn at random:");
        foreach (var prediction in Sample(seed).Take(Printed))
        {
            var confidence = string.Create(CultureInfo.InvariantCulture, $"{100 * prediction.Confidence:F0} %");
            Messages.Info(
                $"  {_pictures[prediction.Image].Label}: predicted as {prediction.Label} ({confidence})"
                + (IsRight(prediction) ? "" : ", wrong"));
        }
    }

    private bool IsRight(ByolPrediction prediction) => prediction.Label == _pictures[prediction.Image].Label;

    private sealed class Prediction
    {
        public string PredictedLabel { get; set; } = "";

        public float[] Score { get; set; } = [];
    }
}
