using System.CommandLine;
using System.Globalization;
using Byol.MLNet;
using Byol.Samples.Data;
using Byol.Samples.Output;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.Samples.Commands;

/// <summary><c>embed</c>: a CSV file with one line an image: its path below the folder, then the embedding.</summary>
internal static class EmbedCommand
{
    public static Command Create()
    {
        var model = new Option<FileInfo>("--model") { Description = "A model file that pretrain wrote.", Required = true };
        var images = new Option<DirectoryInfo>("--images") { Description = "Folder of images, with its subfolders.", Required = true };
        var output = new Option<FileInfo>("--output") { Description = "The CSV file to write.", Required = true };
        var command = new Command("embed", "Writes the embeddings of a folder of images to a CSV file.") { model, images, output };
        command.SetAction(result => Run(result.GetRequiredValue(model), result.GetRequiredValue(images), result.GetRequiredValue(output)));
        return command;
    }

    private static void Run(FileInfo modelFile, DirectoryInfo folder, FileInfo output)
    {
        OutputFile.RequireWritable(output);
        var mlContext = Messages.CreateContext(Pretraining.DefaultSeed);
        var data = ImageFolder.ToDataView(mlContext, ImageFolder.Read(folder));
        // Each image is read once, so there is nothing to remember.
        var model = mlContext.Transforms.LoadByolEmbedding(
            Pretraining.EmbeddingColumn, Pretraining.ImageColumn, modelFile.FullName, new ByolOptions { OnUnreadableImage = ByolUnreadableImage.NaN, EmbeddingMemoryBytes = 0 }).Fit(data);
        var skipped = new List<string>();
        var written = 0;
        OutputFile.Write(output, stream =>
        {
            using var writer = new StreamWriter(stream);
            writer.WriteLine("image," + string.Join(",", Enumerable.Range(0, model.EmbeddingDimension).Select(i => $"e{i}")));
            var embedded = model.Transform(data);
            var (imageColumn, embeddingColumn) = (embedded.Schema[Pretraining.ImageColumn], embedded.Schema[Pretraining.EmbeddingColumn]);
            using var cursor = embedded.GetRowCursor([imageColumn, embeddingColumn]);
            var imageGetter = cursor.GetGetter<ReadOnlyMemory<char>>(imageColumn);
            var embeddingGetter = cursor.GetGetter<VBuffer<float>>(embeddingColumn);
            ReadOnlyMemory<char> image = default;
            VBuffer<float> embedding = default;
            while (cursor.MoveNext())
            {
                imageGetter(ref image);
                embeddingGetter(ref embedding);
                if (float.IsNaN(embedding.GetValues()[0]))
                {
                    skipped.Add($"'{image}'");
                    continue;
                }
                var name = Path.GetRelativePath(folder.FullName, image.ToString());
                WriteLine(writer, name, embedding.GetValues());
                written++;
            }
            if (written == 0)
            {
                throw new InvalidDataException($"No image under '{folder}' could be read.");
            }
        });
        Messages.Info($"Wrote {written} embeddings to '{output}'.");
        Messages.Skipped(skipped);
    }

    // Without a string for each number, since writing them would otherwise take a noticeable part of the time.
    private static void WriteLine(StreamWriter writer, string name, ReadOnlySpan<float> values)
    {
        writer.Write(Quote(name));
        Span<char> number = stackalloc char[32];
        foreach (var value in values)
        {
            writer.Write(',');
            value.TryFormat(number, out var length, provider: CultureInfo.InvariantCulture);
            writer.Write(number[..length]);
        }
        writer.WriteLine();
    }

    private static string Quote(string text) =>
        text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
