using System.Diagnostics;
using Byol.MLNet.Evaluation.Classifiers;
using Byol.MLNet.Evaluation.Search;
using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
using Byol.MLNet.Options;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Evaluation;

/// <summary>
/// Searches ML.NET's multiclass trainers, nearest neighbours, and their parameters on a frozen encoder's embeddings, as
/// ML.NET's AutoML experiments do: images are embedded once, each candidate is scored by cross-validation or on a
/// validation part, and the best one is fitted on all training rows.
/// </summary>
/// <param name="mlContext">The context.</param>
/// <param name="encoder">The trained encoder; its columns are those of the result.</param>
/// <param name="settings">How to search; null takes the defaults.</param>
/// <example>
/// <!-- quote: src/Byol.Samples/TrainerSearch.cs#search, src/Byol.Samples/TrainerSearch.cs#score -->
/// <code>
/// var train = mlContext.Data.LoadFromEnumerable(Photo.In("labelled"));
/// var encoder = mlContext.Transforms.LoadByolEmbedding("Features", "ImagePath", "encoder.onnx").Fit(train);
/// var settings = new ByolExperimentSettings
/// {
///     MaxExperimentTime = TimeSpan.FromSeconds(4),     // minutes, usually
/// };
/// var result = new ByolExperiment(mlContext, encoder, settings).Execute(train);
/// mlContext.Model.Save(result.Model, train.Schema, "model.zip");
///
/// var test = mlContext.Data.LoadFromEnumerable(Photo.In("test"));
/// Console.WriteLine($"{result.BestRun.TrainerName}: {result.Evaluate(test).MicroAccuracy:P1} of test images");
/// </code>
/// </example>
public sealed class ByolExperiment(
    MLContext mlContext, ByolEmbeddingTransformer encoder, ByolExperimentSettings? settings = null)
{
    private readonly ByolExperimentSettings _settings = settings ?? new ByolExperimentSettings();

    /// <summary>
    /// Runs the search. Rows whose image cannot be read end it, or take no part where the encoder gives NaN for them
    /// (<see cref="ByolEmbeddingOptions.OnUnreadableImage"/>).
    /// </summary>
    /// <param name="train">Training rows: the encoder's input column, and labels.</param>
    /// <param name="labelColumn">Column of labels: text.</param>
    /// <param name="validation">
    /// Rows to score on, with the same columns; null takes folds, or a part, of the training rows. Test rows do not
    /// belong here.
    /// </param>
    /// <param name="progress">Receives each run as it ends.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of another type, or a setting is out of range.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// A row has no label, or there is a single label, or a single row of one; or the validation has no rows, or a
    /// label of its own.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// No run ended in time, or all failed, or an image cannot be read.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped before a run had ended.</exception>
    public ByolExperimentResult Execute(
        IDataView train,
        string labelColumn = "Label",
        IDataView? validation = null,
        IProgress<ByolRunDetail>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(train);
        RequireSettings();
        var folds = Folds(train, labelColumn, validation);
        var deadline = CandidateRun.DeadlineAfter(_settings.MaxExperimentTime);
        var runs = new List<(ByolRunDetail Detail, TrainerCandidate Candidate)>();
        foreach (var candidate in ClassifierList.Candidates(folds[0].Train.Features.Count, folds[0].Train.ClassCount))
        {
            if (Stopwatch.GetTimestamp() >= deadline || _settings.CancellationToken.IsCancellationRequested)
            {
                break;
            }
            if (new CandidateRun(candidate, _settings, deadline).Score(folds) is { } detail)
            {
                runs.Add((detail, candidate));
                progress?.Report(detail);
            }
        }
        var ordered = runs
            .OrderBy(run => run.Detail.Exception is not null)
            .ThenByDescending(run => run.Detail.MicroAccuracy)
            .ThenByDescending(run => run.Detail.MacroAccuracy)
            .ToArray();
        if (ordered.Length == 0)
        {
            _settings.CancellationToken.ThrowIfCancellationRequested();
        }
        return ordered.Length > 0 && ordered[0].Detail.Exception is null
            ? Conclude([.. ordered.Select(run => run.Detail)], ordered[0].Candidate, train, labelColumn)
            : throw Failure(ordered.FirstOrDefault().Detail);
    }

    private InvalidOperationException Failure(ByolRunDetail? first) => first?.Exception is { } exception
        ? new InvalidOperationException($"Every trainer failed, {first.TrainerName} so: {exception.Message}", exception)
        : new InvalidOperationException(
            $"No trainer ended within {nameof(ByolExperimentSettings.MaxExperimentTime)}, "
            + $"which is {_settings.MaxExperimentTime}.");

    private void RequireSettings()
    {
        List<string> errors = [.. OptionsValidator.Errors(_settings)];
        if (_settings.MaxExperimentTime <= TimeSpan.Zero)
        {
            var name = nameof(ByolExperimentSettings.MaxExperimentTime);
            errors.Add($"{name} is {_settings.MaxExperimentTime}; it must be above 0.");
        }
        if (errors.Count > 0)
        {
            throw new ArgumentOutOfRangeException(nameof(settings), string.Join(Environment.NewLine, errors));
        }
    }

    private IReadOnlyList<Fold> Folds(IDataView train, string labelColumn, IDataView? validation)
    {
        var rows = Embed(train, labelColumn);
        RequireLabels(rows, labelColumn, nameof(train));
        var index = new LabelIndex(rows.Labels);
        if (index.Count < 2)
        {
            var message = index.Count == 0
                ? "There are no training rows whose image can be read."
                : $"The training rows have the single label '{index.Labels[0]}'; a classifier needs two or more.";
            throw new ArgumentException(message, nameof(train));
        }
        if (validation is null)
        {
            RequireTwoOfEach(rows);
            return Fold.Draw(rows.ToVectors(index), _settings);
        }
        var others = Embed(validation, labelColumn);
        RequireLabels(others, labelColumn, nameof(validation));
        if (others.Labels.Count == 0)
        {
            throw new ArgumentException(
                "There are no validation rows whose image can be read.", nameof(validation));
        }
        return index.FirstUnknown(others.Labels) is { } unknown
            ? throw new ArgumentException(
                $"The validation label '{unknown}' is not among the training rows' labels.", nameof(validation))
            : [new Fold(rows.ToVectors(index), others.ToVectors(index))];
    }

    // ML.NET takes an empty label for a missing one, and leaves the row out without a word.
    private static void RequireLabels(LabelledRows<string> rows, string labelColumn, string parameter)
    {
        if (rows.Labels.Count(string.IsNullOrEmpty) is > 0 and var missing)
        {
            throw new ArgumentException(
                $"{missing} of {rows.Labels.Count} rows have no label in column '{labelColumn}'; leave them out first.",
                parameter);
        }
    }

    private static void RequireTwoOfEach(LabelledRows<string> rows)
    {
        if (LabelIndex.FirstSingle(rows.Labels) is { } lone)
        {
            throw new ArgumentException(
                $"Label '{lone}' has a single row; a validation needs two or more of each label.", nameof(rows));
        }
    }

    private LabelledRows<string> Embed(IDataView data, string labelColumn)
    {
        TextColumn.Find(data.Schema, labelColumn);
        return LabelledRows.ReadText(Readable(data), encoder.OutputColumnName, labelColumn);
    }

    // Without the rows whose image cannot be read, where the encoder gives NaN for them.
    private IDataView Readable(IDataView data) =>
        mlContext.Data.FilterRowsByMissingValues(encoder.Transform(data), encoder.OutputColumnName);

    // The encoder remembers the training rows' embeddings. The model gets an encoder of its own, since a prediction
    // engine disposes its model.
    private ByolExperimentResult Conclude(
        IReadOnlyList<ByolRunDetail> details, TrainerCandidate candidate, IDataView train, string labelColumn)
    {
        var features = encoder.OutputColumnName;
        var fitted = new FittedClassifier(
            mlContext, _settings.Seed, Readable(train), labelColumn, features, candidate.Fit);
        var embedding = mlContext.Transforms.ApplyByolEmbedding(features, encoder.InputColumnName, encoder).Fit(train);
        return new ByolExperimentResult(
            details,
            fitted.After(embedding),
            test => fitted.Evaluate(WithKnownLabels(Readable(test), train, labelColumn)));
    }

    private static IDataView WithKnownLabels(IDataView test, IDataView train, string labelColumn)
    {
        return new LabelIndex(Labels(train)).FirstUnknown(Labels(test)) is { } unknown
            ? throw new ArgumentException(
                $"The label '{unknown}' is not among the training rows' labels.", nameof(test))
            : test;

        IEnumerable<string> Labels(IDataView data) => data.GetColumn<string>(TextColumn.Find(data.Schema, labelColumn));
    }
}
