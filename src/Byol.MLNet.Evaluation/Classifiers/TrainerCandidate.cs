using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace Byol.MLNet.Evaluation.Classifiers;

/// <summary>Fits a classifier on rows with the given label and feature columns.</summary>
internal delegate ITransformer ClassifierFit(MLContext mlContext, IDataView rows, string label, string features);

/// <summary>Makes a binary trainer with a parameter's value.</summary>
internal delegate ITrainerEstimator<BinaryPredictionTransformer<TModel>, TModel> BinaryTrainer<T, TModel>(
    BinaryClassificationCatalog.BinaryClassificationTrainers trainers, T value, string label, string features)
    where TModel : class;

/// <summary>A trainer with its parameters, as a search tries it.</summary>
/// <param name="Name">ML.NET's name of the trainer.</param>
/// <param name="Parameters">Those that differ from ML.NET's defaults, in words.</param>
/// <param name="Fit">Fits it.</param>
internal sealed record TrainerCandidate(string Name, string Parameters, ClassifierFit Fit)
{
    /// <summary>A candidate for each of a parameter's values.</summary>
    public static IReadOnlyList<TrainerCandidate> ForEach<T>(
        string name, string parameter, IEnumerable<T> values, Func<T, ClassifierFit> fit)
        where T : IFormattable =>
    [
        .. values.Select(value => new TrainerCandidate(
            name, $"{parameter} {value.ToString(null, CultureInfo.InvariantCulture)}", fit(value))),
    ];

    /// <summary>Candidates of a binary trainer, one classifier for each class against the others.</summary>
    public static IReadOnlyList<TrainerCandidate> OneVersusAll<T, TModel>(
        string name, string parameter, IEnumerable<T> values, BinaryTrainer<T, TModel> trainer)
        where T : IFormattable
        where TModel : class =>
        ForEach(name + ", one versus all", parameter, values, value => (mlContext, rows, label, features) =>
            mlContext.MulticlassClassification.Trainers
                .OneVersusAll(trainer(mlContext.BinaryClassification.Trainers, value, label, features), label)
                .Fit(rows));
}
