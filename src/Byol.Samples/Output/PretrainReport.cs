using Byol.MLNet;
using Byol.Samples.Commands;
using Byol.Samples.Data;
using Microsoft.ML;

namespace Byol.Samples.Output;

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
    public PretrainReport(FileInfo? file, MLContext mlContext, IReadOnlyList<LabelledImage> images, string name, ByolOptions options)
    {
        (_file, _mlContext, _images, _name, _options) = (file, mlContext, images, name, options);
        options.Progress = this;
        if (file is not null)
        {
            options.ProgressEvery ??= StepsBetweenReports;
        }
    }

    public void Report(ByolProgress value) => _seen.Add(value);

    /// <summary>Writes the page, where one was asked for.</summary>
    public void Write(ByolEmbeddingTransformer? model, Exception? failure = null)
    {
        // What a resumed run reported before it was stopped comes from the checkpoint.
        ByolProgress[] progress = [.. (model?.History ?? []).TakeWhile(report => _seen.Count == 0 || report.Step < _seen[0].Step), .. _seen];
        if (_file is null || progress.Length == 0 && failure is null)
        {
            return;
        }
        var data = ImageFolder.ToDataView(_mlContext, _images);
        var report = new ByolReport($"Pretraining on {_name}").AddTraining(progress, failure).AddViews(_mlContext, data, Pretraining.ImageColumn, _options);
        if (model is not null)
        {
            var sample = ImageFolder.ToDataView(_mlContext, ImageFolder.Sample(_images, MappedImages, _options.Seed ?? Pretraining.DefaultSeed));
            report.AddEmbeddings(FeatureSets.Extract(_mlContext, model, sample, Pretraining.ImageColumn, HasFolders() ? Pretraining.LabelColumn : null));
        }
        report.Save(_file.FullName);
        Messages.Info($"Wrote the report '{_file}'.");
    }

    // Pictures in several folders are usually sorted by something: it colours the map, and has no part in the training.
    private bool HasFolders() => _images.Select(image => image.Label).Distinct().Skip(1).Any();
}
