using Byol.MLNet.Evaluation;
using Byol.MLNet.Foundation;
using Microsoft.ML;

namespace Byol.MLNet.Reporting;

/// <summary>
/// A page about a training or an evaluation, in one HTML file that needs no network and reads in light and dark, on a
/// desk and on a phone. Sections appear in the order in which they are added.
/// </summary>
/// <example>
/// <!-- quote: src/Byol.Samples/Watching.cs#page -->
/// <code>
/// new ByolReport("Training on photos")
///     .AddTraining(model.History)
///     .AddViews(mlContext, photos, "ImagePath", options)
///     .AddEmbeddings(FeatureSets.Extract(mlContext, model, photos, "ImagePath"))
///     .Save("training.html");
/// </code>
/// </example>
/// <param name="title">The page's title.</param>
public sealed class ByolReport(string title)
{
    private readonly List<ReportSection> _sections = [];

    /// <summary>The verdict on a training in words, then its diagnostics over its steps.</summary>
    /// <param name="progress">
    /// The reports of the training, in order: <see cref="ByolEmbeddingTransformer.History"/>, or all that
    /// <see cref="ByolOptions.Progress"/> received, which draws finer lines.
    /// </param>
    /// <param name="failure">
    /// What ended it early: a <see cref="ByolCollapseException"/> or <see cref="ByolDivergenceException"/>.
    /// </param>
    /// <returns>This report.</returns>
    /// <exception cref="ArgumentException">There is neither a report nor a failure.</exception>
    public ByolReport AddTraining(IReadOnlyList<ByolProgress> progress, Exception? failure = null) =>
        AddTraining(progress, ByolVerdict.Of(progress, failure));

    /// <summary>A given verdict in words, then the diagnostics over the training's steps.</summary>
    /// <param name="progress">The reports of the training, in order.</param>
    /// <param name="verdict">The verdict: <see cref="ByolEmbeddingTransformer.Verdict"/>.</param>
    /// <returns>This report.</returns>
    public ByolReport AddTraining(IReadOnlyList<ByolProgress> progress, ByolVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(verdict);
        var tone = verdict.State switch
        {
            ByolTrainingState.Learning => "",
            _ when verdict.IsFailure => " bad",
            _ => " warn",
        };
        var words = $"<b>{ByolVerdict.Words(verdict.State)}</b><p>{Html.Encode(verdict.Explanation)}</p>";
        _sections.Add(new ReportSection(
            "Training",
            $"<div class=\"verdict{tone}\">{words}</div>",
            progress.Count == 0 ? [] : new TrainingFigures(progress).All()));
        return this;
    }

    /// <summary>Some images with two views of each, as the network sees them.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="data">The images.</param>
    /// <param name="imageColumn">Column of images or paths.</param>
    /// <param name="options">The recipe whose views are drawn.</param>
    /// <returns>This report.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The column is missing, or holds neither images nor text.
    /// </exception>
    public ByolReport AddViews(MLContext mlContext, IDataView data, string imageColumn, ByolOptions options)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _sections.Add(ViewGallery.Create(mlContext, data, imageColumn, options));
        return this;
    }

    /// <summary>
    /// A map of the embeddings, coloured by label, or by cluster where there are no labels; and the neighbours of some
    /// images before and after training.
    /// </summary>
    /// <param name="images">Three images or more; at most 2,000 are drawn in the map.</param>
    /// <returns>This report.</returns>
    /// <exception cref="ArgumentException">There are fewer than three images.</exception>
    public ByolReport AddEmbeddings(FeatureSets images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count < 3)
        {
            throw new ArgumentException($"There are {images.Count} images; a map needs three or more.", nameof(images));
        }
        _sections.Add(new ReportSection("Embeddings", "", [EmbeddingMap.Create(images)]));
        _sections.Add(NeighbourTable.Create(images));
        return this;
    }

    /// <summary>
    /// A table of an evaluation's rows, and their bars with the sample standard deviation over splits.
    /// </summary>
    /// <returns>This report.</returns>
    public ByolReport AddEvaluation(IReadOnlyList<EvaluationRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        _sections.Add(EvaluationSection.Create(rows));
        return this;
    }

    /// <summary>Which labels are predicted as which, and pictures of the pairs that are confused most.</summary>
    /// <param name="images">The images that the predictions are about.</param>
    /// <param name="predictions">Of <see cref="ByolEvaluator"/>.</param>
    /// <returns>This report.</returns>
    public ByolReport AddConfusion(FeatureSets images, IReadOnlyList<ByolPrediction> predictions)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(predictions);
        _sections.Add(ConfusionSection.Create(images, predictions));
        return this;
    }

    /// <summary>Images with the label that a classifier predicted for each, and how sure it was.</summary>
    /// <param name="images">The images that the predictions are about.</param>
    /// <param name="predictions">The predictions to show, in order.</param>
    /// <returns>This report.</returns>
    public ByolReport AddPredictions(FeatureSets images, IReadOnlyList<ByolPrediction> predictions)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(predictions);
        _sections.Add(PredictionSection.Create(images, predictions));
        return this;
    }

    /// <summary>Writes the page, whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => HtmlPage.Write(stream, title, _sections));
    }
}
