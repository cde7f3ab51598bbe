using System.Diagnostics;
using System.Globalization;
using Byol.Cli.Data;
using Byol.Cli.Output;
using Byol.MLNet;
using Byol.MLNet.Evaluation;
using Microsoft.ML;
using Microsoft.ML.Data;
using Spectre.Console;

namespace Byol.Cli.Commands;

/// <summary>
/// <c>evaluate --auto</c>: searches trainers on an encoder's embeddings, saves the best pipeline, and scores it as
/// loaded from its file on rows that the search never saw.
/// </summary>
internal sealed class AutoEvaluation(EvaluationInputs inputs, TimeSpan time)
{
    private const double TrainFraction = 0.7;

    public void Run(FileInfo? save, FileInfo? json)
    {
        var clock = Stopwatch.StartNew();
        var (images, bank, footers) = inputs.Read();
        var (train, test) = bank is null ? Split(images) : (bank, images);
        var mlContext = Messages.CreateContext(inputs.Seed, inputs.Gpu);
        var data = ImageFolder.ToDataView(mlContext, train);
        var unreadable = new UnreadableRows();
        var encoder = inputs.Load(mlContext, train, unreadable);
        var trainCount = Readable(encoder, data, train, unreadable).Count;
        var readableTest = Readable(encoder, ImageFolder.ToDataView(mlContext, test), test, unreadable);
        var settings = new ByolExperimentSettings
        {
            MaxExperimentTime = time,
            Seed = inputs.Seed,
            CancellationToken = inputs.Cancellation,
        };
        var result = Search(new ByolExperiment(mlContext, encoder, settings), data);
        Print(result, footers);

        using var file = new PipelineFile(save);
        file.Save(mlContext, result.Model, data.Schema);
        var accuracy = Score(file.Path, readableTest);
        Messages.Info(string.Create(
            CultureInfo.InvariantCulture,
            $"Best: {result.BestRun.TrainerName} ({result.BestRun.Parameters}), "
            + $"{100 * result.BestRun.MicroAccuracy:F1} % ± {100 * result.BestRun.Deviation:F1} in the search "
            + $"on {trainCount} images. Saved, loaded and run on {readableTest.Count} held-out images: "
            + $"{100 * accuracy:F1} %."));
        inputs.Skipped.Write();
        new Results
        {
            Skipped = inputs.Skipped.Unreadable,
            SkippedFiles = inputs.Skipped.All,
            Folders = inputs.Skipped.Folders,
            Runs =
            [
                .. result.RunDetails.Select(run => new
                {
                    run.TrainerName,
                    run.Parameters,
                    run.MicroAccuracy,
                    run.MacroAccuracy,
                    run.Deviation,
                    Seconds = run.Runtime.TotalSeconds,
                    Error = run.Exception?.Message,
                }),
            ],
            HeldOutAccuracy = accuracy,
            Seconds = clock.Elapsed.TotalSeconds,
            Model = save?.FullName,
            Seed = inputs.Seed,
        }.Write(json);
    }

    // What a search that was stopped has found so far, if anything, is no answer to what was asked.
    private ByolExperimentResult Search(ByolExperiment experiment, IDataView data)
    {
        try
        {
            var result = experiment.Execute(data, Pretraining.LabelColumn, progress: new Lines());
            inputs.Cancellation.ThrowIfCancellationRequested();
            return result;
        }
        catch (InvalidOperationException exception) when (inputs.Cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException("The search was stopped.", exception, inputs.Cancellation);
        }
    }

    // Label by label, so that none is missing on either side.
    private (IReadOnlyList<LabelledImage> Train, IReadOnlyList<LabelledImage> Test) Split(
        IReadOnlyList<LabelledImage> images)
    {
        var groups = images.GroupBy(image => image.Label)
            .Select(group => ImageFolder.Sample([.. group], group.Count(), inputs.Seed).ToArray())
            .ToArray();
        return (
            [.. groups.SelectMany(group => group[..TrainCount(group)])],
            [.. groups.SelectMany(group => group[TrainCount(group)..])]);

        static int TrainCount(LabelledImage[] group) => (int)Math.Ceiling(TrainFraction * group.Length);
    }

    // Found before the search, which is long: a loaded pipeline ends at the first file that it cannot read.
    private IReadOnlyList<LabelledImage> Readable(
        ByolEmbeddingTransformer encoder,
        IDataView data,
        IReadOnlyList<LabelledImage> images,
        UnreadableRows unreadable)
    {
        var before = unreadable.Files.Count;
        var isReadable = encoder.Transform(data)
            .GetColumn<float[]>(encoder.OutputColumnName)
            .Select(embedding => !float.IsNaN(embedding[0]))
            .ToArray();
        inputs.Skipped.AddUnreadable(unreadable.Files.Skip(before));
        LabelledImage[] readable = [.. images.Where((_, i) => isReadable[i])];
        return readable.Length > 0
            ? readable
            : throw new InvalidDataException(
                $"None of {images.Count} images could be read; the first is '{images[0].Image}'.");
    }

    private static void Print(ByolExperimentResult result, IReadOnlyList<string> footers)
    {
        var table = new Table().Title("leaderboard").Border(TableBorder.Ascii2)
            .AddColumns("trainer", "parameters")
            .AddColumns(Results.Numbers(
                nameof(ByolRunDetail.MicroAccuracy),
                Results.DeviationColumn,
                nameof(ByolRunDetail.MacroAccuracy),
                "seconds"));
        foreach (var run in result.RunDetails)
        {
            string[] figures = run.Exception is null
                ?
                [
                    Results.Percent(run.MicroAccuracy),
                    run.Deviation > 0 ? Results.Percent(run.Deviation) : "",
                    Results.Percent(run.MacroAccuracy),
                    run.Runtime.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture),
                ]
                : ["failed", "", "", ""];
            table.AddRow([run.TrainerName, run.Parameters, .. figures]);
        }
        Messages.Print(table);
        Messages.Info(footers);
    }

    // A fresh context knows nothing of Byol.MLNet but the file.
    private static double Score(string file, IReadOnlyList<LabelledImage> images)
    {
        var mlContext = new MLContext();
        var predicted = mlContext.Model.Load(file, out _)
            .Transform(ImageFolder.ToDataView(mlContext, images))
            .GetColumn<string>("PredictedLabel");
        return predicted.Zip(images).Average(pair => pair.First == pair.Second.Label ? 1.0 : 0);
    }

    // Progress<T> would report on another thread, later.
    private sealed class Lines : IProgress<ByolRunDetail>
    {
        public void Report(ByolRunDetail value) => Messages.Info(value.Exception is null
            ? $"{value.TrainerName} ({value.Parameters}): {Results.Percent(value.MicroAccuracy)}"
            : $"{value.TrainerName} ({value.Parameters}) failed: {value.Exception.Message}");
    }
}
