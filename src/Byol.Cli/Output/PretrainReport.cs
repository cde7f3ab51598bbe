using Byol.Cli.Commands;
using Byol.Cli.Data;
using Byol.MLNet;
using Byol.MLNet.Evaluation;
using Byol.MLNet.Reporting;
using Microsoft.ML;

namespace Byol.Cli.Output;

/// <summary>Collects a pretraining's reports and writes the page about it.</summary>
internal sealed class PretrainReport : IProgress<ByolProgress>
{
    private const int MappedImages = 1000;
    private const int StepsBetweenReports = 20;

    private readonly FileInfo? _file;
    private readonly MLContext _mlContext;
    private readonly IReadOnlyList<LabelledImage> _images;
    private readonly string _name;
    private readonly ByolOptions _options;
    private readonly List<ByolProgress> _seen = [];

    /// <param name="file">The page to write; null writes none.</param>
    /// <param name="mlContext">The context.</param>
    /// <param name="images">The images that are trained on.</param>
    /// <param name="name">The data set's name.</param>
    /// <param name="options">The recipe: its reports come here from now on.</param>
    public PretrainReport(
        FileInfo? file, MLContext mlContext, IReadOnlyList<LabelledImage> images, string name, ByolOptions options)
    {
        (_file, _mlContext, _images, _name, _options) = (file, mlContext, images, name, options);
        if (file is not null)
        {
            options.Progress = this;
            options.ProgressEvery ??= StepsBetweenReports;
        }
    }

    public void Report(ByolProgress value) => _seen.Add(value);

    /// <summary>Writes the page, where one was asked for.</summary>
    /// <exception cref="IOException">The page cannot be written.</exception>
    public void Write(ByolEmbeddingTransformer model) => Write(model, model.Verdict);

    /// <summary>
    /// Writes the page about a training that failed, where one was asked for. Where that fails too, it is a warning.
    /// </summary>
    public void Write(Exception failure)
    {
        try
        {
            Write(model: null, ByolVerdict.Of(_seen, failure));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Messages.Warning($"The report '{_file}' cannot be written: {exception.Message}");
        }
    }

    private void Write(ByolEmbeddingTransformer? model, ByolVerdict? verdict)
    {
        if (_file is null || verdict is null)
        {
            return;
        }
        // What a resumed run reported before it was stopped comes from the checkpoint.
        ByolProgress[] progress =
            [.. (model?.History ?? []).TakeWhile(report => _seen.Count == 0 || report.Step < _seen[0].Step), .. _seen];
        var data = ImageFolder.ToDataView(_mlContext, _images);
        var report = new ByolReport($"Pretraining on {_name}")
            .AddTraining(progress, verdict)
            .AddViews(_mlContext, data, Pretraining.ImageColumn, _options);
        if (model is not null)
        {
            var sample = ImageFolder.ToDataView(
                _mlContext, ImageFolder.Sample(_images, MappedImages, _options.Seed ?? Pretraining.DefaultSeed));
            var labels = HasFolders() ? Pretraining.LabelColumn : null;
            report.AddEmbeddings(FeatureSets.Extract(_mlContext, model, sample, Pretraining.ImageColumn, labels));
        }
        report.Save(_file.FullName);
        Messages.Info($"Wrote the report '{_file}'.");
    }

    // Pictures in several folders are usually sorted by something: it colours the map, and has no part in the training.
    private bool HasFolders() => _images.Select(image => image.Label).Distinct().Skip(1).Any();
}
