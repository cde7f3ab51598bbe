using System.Diagnostics;
using System.Globalization;
using Byol.MLNet;
using Byol.Samples.Data;
using Byol.Samples.Output;
using Microsoft.ML;
using Microsoft.ML.Data;
using Spectre.Console;

namespace Byol.Samples.Commands;

/// <summary><c>evaluate --auto</c>: searches trainers on an encoder's embeddings, saves the best pipeline, and scores it as loaded from its file on rows that the search never saw.</summary>
internal sealed class AutoEvaluation(FileInfo modelFile, LabelSource labels, int seed, TimeSpan time)
{
    private const double TrainFraction = 0.7;

    public void Run(DirectoryInfo images, DirectoryInfo? bank, FileInfo? save, FileInfo? json)
    {
        var clock = Stopwatch.StartNew();
        OutputFile.RequireWritable(save);
        OutputFile.RequireWritable(json);
        var (train, test) = bank is null ? Split(ImageFolder.Read(images, labels)) : (ImageFolder.Read(bank, labels), ImageFolder.Read(images, labels));
        var mlContext = Messages.CreateContext(seed);
        var data = ImageFolder.ToDataView(mlContext, train);
        var encoder = mlContext.Transforms.LoadByolEmbedding(
            Pretraining.EmbeddingColumn, Pretraining.ImageColumn, modelFile.FullName, new ByolOptions { OnUnreadableImage = ByolUnreadableImage.NaN }).Fit(data);
        var unreadable = new List<string>();
        var trainCount = Readable(encoder, data, train, unreadable).Count;
        var readableTest = Readable(encoder, ImageFolder.ToDataView(mlContext, test), test, unreadable);
        var result = new ByolExperiment(mlContext, encoder, new ByolExperimentSettings { MaxExperimentTime = time, Seed = seed })
            .Execute(data, Pretraining.LabelColumn, progress: new Lines());
        Print(result);

        using var file = new PipelineFile(save);
        mlContext.Model.Save(result.Model, data.Schema, file.Path);
        var accuracy = Score(file.Path, readableTest);
        Messages.Info(string.Create(
            CultureInfo.InvariantCulture,
            $"Best: {result.BestRun.TrainerName} ({result.BestRun.Parameters}), {100 * result.BestRun.MicroAccuracy:F1} % ± {100 * result.BestRun.Deviation:F1} in the search on {trainCount} images. Saved, loaded and run on {readableTest.Count} held-out images: {100 * accuracy:F1} %."));
        Messages.Skipped(unreadable);
        new Results
        {
            Skipped = unreadable.Count,
            Runs = [.. result.RunDetails.Select(run => new { run.TrainerName, run.Parameters, run.MicroAccuracy, run.MacroAccuracy, run.Deviation, Seconds = run.Runtime.TotalSeconds, Error = run.Exception?.Message })],
            HeldOutAccuracy = accuracy,
            Seconds = clock.Elapsed.TotalSeconds,
            Model = save?.FullName,
            Seed = seed,
        }.Write(json);
    }

    // Label by label, so that none is missing on either side.
    private (IReadOnlyList<LabelledImage> Train, IReadOnlyList<LabelledImage> Test) Split(IReadOnlyList<LabelledImage> images)
    {
        var groups = images.GroupBy(image => image.Label).Select(group => ImageFolder.Sample([.. group], group.Count(), seed).ToArray()).ToArray();
        return ([.. groups.SelectMany(group => group[..TrainCount(group)])], [.. groups.SelectMany(group => group[TrainCount(group)..])]);

        static int TrainCount(LabelledImage[] group) => (int)Math.Ceiling(TrainFraction * group.Length);
    }

    // Found before the search, which is long: a loaded pipeline ends at the first file that it cannot read.
    private static IReadOnlyList<LabelledImage> Readable(ByolEmbeddingTransformer encoder, IDataView data, IReadOnlyList<LabelledImage> images, List<string> unreadable)
    {
        var isReadable = encoder.Transform(data).GetColumn<float[]>(encoder.OutputColumnName).Select(embedding => !float.IsNaN(embedding[0])).ToArray();
        unreadable.AddRange(images.Where((_, i) => !isReadable[i]).Select(image => $"'{image.Image}'"));
        LabelledImage[] readable = [.. images.Where((_, i) => isReadable[i])];
        return readable.Length > 0 ? readable : throw new InvalidDataException($"None of {images.Count} images could be read; the first is '{images[0].Image}'.");
    }

    private static void Print(ByolExperimentResult result)
    {
        var table = new Table().Title("leaderboard").Border(TableBorder.Ascii2)
            .AddColumns("trainer", "parameters")
            .AddColumns(new[] { "accuracy", "± sd", "per class", "seconds" }.Select(name => new TableColumn(name).RightAligned()).ToArray());
        foreach (var run in result.RunDetails)
        {
            string[] figures = run.Exception is null
                ? [Results.Percent(run.MicroAccuracy), run.Deviation > 0 ? Results.Percent(run.Deviation) : "", Results.Percent(run.MacroAccuracy), run.Runtime.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)]
                : ["failed", "", "", ""];
            table.AddRow([run.TrainerName, run.Parameters, .. figures]);
        }
        Messages.Print(table);
    }

    // A fresh context knows nothing of Byol.MLNet but the file.
    private static double Score(string file, IReadOnlyList<LabelledImage> images)
    {
        var mlContext = new MLContext();
        var predicted = mlContext.Model.Load(file, out _).Transform(ImageFolder.ToDataView(mlContext, images)).GetColumn<string>("PredictedLabel");
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
