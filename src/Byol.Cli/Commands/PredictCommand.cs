using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Byol.Cli.Data;
using Byol.Cli.Output;
using Byol.MLNet.Foundation;
using Microsoft.ML;

namespace Byol.Cli.Commands;

/// <summary><c>predict</c>: names pictures by a saved pipeline, with ML.NET's own parts alone.</summary>
internal static class PredictCommand
{
    private const int FilesAtOnce = 64;

    public static Command Create()
    {
        var pipeline = new Option<FileInfo>("--pipeline")
        {
            Description =
                "A saved pipeline (zip) that predicts a label from an image: of evaluate --save-pipeline, or any of "
                + "ML.NET.",
            Required = true,
        };
        var images = CommonOptions.Images();
        var output = new Option<FileInfo?>("--output")
        {
            Description = "Also write file, label and confidence of each image to this file (CSV).",
        };
        var column = new Option<string?>("--column")
        {
            Description = "The pipeline's image column; found in the pipeline without it.",
            HelpName = "NAME",
        };
        var (json, skipped, gpu) = (CommonOptions.Json(), CommonOptions.Skipped(), CommonOptions.Gpu());
        var command = new Command("predict", "Predicts the labels of a folder of images with a saved pipeline.")
        {
            pipeline, images, output, column, json, skipped, gpu,
        };
        command.SetAction((result, cancellation) =>
        {
            var (pipelineFile, outputFile, jsonFile, skippedFile) = (
                result.GetRequiredValue(pipeline),
                result.GetValue(output),
                result.GetValue(json),
                result.GetValue(skipped));
            OutputFile.RequireWritable(
                [(output.Name, outputFile), (json.Name, jsonFile), (skipped.Name, skippedFile)],
                (pipeline.Name, pipelineFile));
            var run = new Run(
                Messages.CreateContext(Pretraining.DefaultSeed, result.GetValue(gpu)),
                new SkippedFiles(skippedFile, cancellation),
                cancellation);
            run.Execute(pipelineFile, result.GetRequiredValue(images), result.GetValue(column), outputFile, jsonFile);
            return Task.FromResult(0);
        });
        return command;
    }

    private sealed class Run(MLContext mlContext, SkippedFiles skipped, CancellationToken cancellation)
    {
        public void Execute(
            FileInfo pipelineFile, DirectoryInfo folder, string? column, FileInfo? output, FileInfo? json)
        {
            var clock = Stopwatch.StartNew();
            var pipeline = SavedPipeline.Load(mlContext, pipelineFile, column);
            var files = skipped.Read(folder).Select(image => image.Image).ToArray();
            var (predictions, unreadable) = (new List<Prediction>(), new List<SkippedFile>());
            foreach (var some in files.Chunk(FilesAtOnce))
            {
                cancellation.ThrowIfCancellationRequested();
                // A loaded pipeline ends at the first file that it cannot read, and takes half a picture for a whole
                // one.
                var looked = some.AsParallel()
                    .AsOrdered()
                    .Select(file => (File: file, Error: Decoding.Error(file)))
                    .ToArray();
                unreadable.AddRange(looked
                    .Where(file => file.Error is not null)
                    .Select(file => new SkippedFile(file.File, SkippedKind.Unreadable, file.Error!)));
                string[] readable = [.. looked.Where(file => file.Error is null).Select(file => file.File)];
                predictions.AddRange(pipeline.Predict(readable).Select(prediction =>
                    prediction with { Image = Path.GetRelativePath(folder.FullName, prediction.Image) }));
            }
            skipped.AddUnreadable(unreadable);
            Write(predictions, output);
            skipped.Write();
            new Results
            {
                Predictions = predictions,
                Skipped = skipped.Unreadable,
                SkippedFiles = skipped.All,
                Folders = skipped.Folders,
                Seconds = clock.Elapsed.TotalSeconds,
                Model = pipelineFile.FullName,
            }.Write(json);
        }

        private static void Write(IReadOnlyList<Prediction> predictions, FileInfo? output)
        {
            if (output is null)
            {
                foreach (var prediction in predictions)
                {
                    var share = prediction.Confidence is { } confidence ? $", {Results.Percent(confidence)}" : "";
                    Messages.Info($"{prediction.Image}: {prediction.Label}{share}");
                }
                return;
            }
            AtomicFile.Write(output.FullName, stream =>
            {
                using var writer = new StreamWriter(stream, leaveOpen: true);
                writer.WriteLine("image,label,confidence");
                foreach (var prediction in predictions)
                {
                    writer.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Csv.Quote(prediction.Image)},{Csv.Quote(prediction.Label)},{prediction.Confidence:G6}"));
                }
            });
            Messages.Info($"Wrote {predictions.Count} predictions to '{output}'.");
        }
    }
}
