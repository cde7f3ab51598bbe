using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Byol.Cli.Data;
using Byol.Cli.Output;
using Byol.MLNet;
using Byol.MLNet.Foundation;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.Cli.Commands;

/// <summary><c>embed</c>: a CSV file with one line an image: its path below the folder, then the embedding.</summary>
internal static class EmbedCommand
{
    public static Command Create()
    {
        var model = CommonOptions.Model();
        var images = CommonOptions.Images();
        var output = new Option<FileInfo>("--output") { Description = "The CSV file to write.", Required = true };
        var (json, skipped, gpu) = (CommonOptions.Json(), CommonOptions.Skipped(), CommonOptions.Gpu());
        var command = new Command("embed", "Writes the embeddings of a folder of images to a CSV file.")
        {
            model, images, output, json, skipped, gpu,
        };
        command.SetAction((result, cancellation) =>
        {
            var (weights, outputFile, jsonFile, skippedFile) = (
                result.GetRequiredValue(model),
                result.GetRequiredValue(output),
                result.GetValue(json),
                result.GetValue(skipped));
            OutputFile.RequireWritable(
                [(output.Name, outputFile), (json.Name, jsonFile), (skipped.Name, skippedFile)],
                (model.Name, new FileInfo(weights.Path)));
            Run(
                weights,
                result.GetRequiredValue(images),
                outputFile,
                jsonFile,
                result.GetValue(gpu),
                new SkippedFiles(skippedFile, cancellation),
                cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    private static void Run(
        ByolWeights weights,
        DirectoryInfo folder,
        FileInfo output,
        FileInfo? json,
        int? gpu,
        SkippedFiles skipped,
        CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var mlContext = Messages.CreateContext(Pretraining.DefaultSeed, gpu);
        var data = ImageFolder.ToDataView(mlContext, skipped.Read(folder));
        var unreadable = new UnreadableRows();
        // Each image is read once, so there is nothing to remember.
        var options = new ByolEmbeddingOptions
        {
            OnUnreadableImage = ByolUnreadableImage.NaN,
            UnreadableImages = unreadable,
            EmbeddingMemoryBytes = 0,
        };
        var model = mlContext.Transforms.LoadByolEmbedding(
            Pretraining.EmbeddingColumn, Pretraining.ImageColumn, weights, options).Fit(data);
        var written = 0;
        AtomicFile.Write(output.FullName, stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            writer.WriteLine(
                "image," + string.Join(",", Enumerable.Range(0, model.EmbeddingDimension).Select(i => $"e{i}")));
            var embedded = model.Transform(data);
            var (imageColumn, embeddingColumn) = (
                embedded.Schema[Pretraining.ImageColumn], embedded.Schema[Pretraining.EmbeddingColumn]);
            using var cursor = embedded.GetRowCursor([imageColumn, embeddingColumn]);
            var imageGetter = cursor.GetGetter<ReadOnlyMemory<char>>(imageColumn);
            var embeddingGetter = cursor.GetGetter<VBuffer<float>>(embeddingColumn);
            ReadOnlyMemory<char> image = default;
            VBuffer<float> embedding = default;
            while (cursor.MoveNext())
            {
                cancellation.ThrowIfCancellationRequested();
                imageGetter(ref image);
                embeddingGetter(ref embedding);
                if (float.IsNaN(embedding.GetValues()[0]))
                {
                    continue;
                }
                var name = Path.GetRelativePath(folder.FullName, image.ToString());
                WriteLine(writer, name, embedding.GetValues());
                written++;
            }
            if (written == 0)
            {
                throw new InvalidDataException(
                    $"No image under '{folder}' could be read; the first is '{unreadable.Files[0].File}': "
                    + $"{unreadable.Files[0].Reason}.");
            }
        });
        Messages.Info($"Wrote {written} embeddings to '{output}'.");
        skipped.AddUnreadable(unreadable.Files);
        skipped.Write();
        new Results
        {
            Skipped = skipped.Unreadable,
            SkippedFiles = skipped.All,
            Folders = skipped.Folders,
            Seconds = clock.Elapsed.TotalSeconds,
            Model = weights.ToString(),
        }.Write(json);
    }

    // Without a string for each number, since writing them would otherwise take a noticeable part of the time.
    private static void WriteLine(StreamWriter writer, string name, ReadOnlySpan<float> values)
    {
        writer.Write(Csv.Quote(name));
        Span<char> number = stackalloc char[32];
        foreach (var value in values)
        {
            writer.Write(',');
            value.TryFormat(number, out var length, provider: CultureInfo.InvariantCulture);
            writer.Write(number[..length]);
        }
        writer.WriteLine();
    }
}
