using System.CommandLine;
using Byol.Cli.Bulk;
using Byol.Cli.Output;
using Byol.MLNet.Collectives;

namespace Byol.Cli.Commands;

/// <summary>How <c>embed</c> writes embeddings.</summary>
internal enum EmbeddingFormat
{
    /// <summary>One CSV file.</summary>
    Csv,

    /// <summary>A folder of Parquet parts.</summary>
    Parquet,
}

/// <summary><c>embed</c>: the embeddings of a folder of images, as a CSV file or a folder of Parquet parts.</summary>
internal static class EmbedCommand
{
    private const int DefaultPartSize = 10_000;

    public static Command Create()
    {
        var model = CommonOptions.Model();
        var images = CommonOptions.Images();
        var output = new Option<FileInfo>("--output")
        {
            Description = "The CSV file, or the folder of Parquet parts, to write.",
            Required = true,
        };
        var format = new Option<EmbeddingFormat>("--format")
        {
            Description =
                "One CSV file; or Parquet parts, which a stopped run goes on with, and which several processes that "
                + "mpirun starts share.",
        };
        var partSize = new Option<int>("--part-size")
        {
            Description = $"Images of a Parquet part; by default {DefaultPartSize}.",
            DefaultValueFactory = _ => DefaultPartSize,
        };
        partSize.Validators.Add(result =>
        {
            if (CommonOptions.Integer(result) is < 1 or > 1_000_000)
            {
                result.AddError("--part-size must be at least 1 and at most 1000000.");
            }
        });
        var (json, skipped, gpu) = (CommonOptions.Json(), CommonOptions.Skipped(), CommonOptions.Gpu());
        var command = new Command(
            "embed", "Writes the embeddings of a folder of images to a CSV file, or to Parquet parts.")
        {
            model, images, output, format, partSize, json, skipped, gpu,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(partSize) is { Implicit: false }
                && result.GetValue(format) == EmbeddingFormat.Csv)
            {
                result.AddError("--part-size goes with --format parquet alone.");
            }
        });
        command.SetAction((result, cancellation) =>
        {
            var run = new EmbedRun(
                CommonOptions.RequireModel(result, model),
                result.GetRequiredValue(images),
                result.GetValue(gpu),
                new SkippedFiles(result.GetValue(skipped), cancellation),
                cancellation);
            var (target, jsonFile) = (result.GetRequiredValue(output), result.GetValue(json));
            var isFolder = result.GetValue(format) == EmbeddingFormat.Parquet;
            if (MpiLauncher.Current is { Size: > 1 }
                && (!isFolder || jsonFile is not null || result.GetValue(skipped) is not null))
            {
                throw new UsageException(
                    $"Several processes write --format parquet alone, without {json.Name} and {skipped.Name}: other "
                    + "files have one writer, and the parts' folder lists what could not be read.");
            }
            OutputFile.RequireWritable(
                [
                    (output.Name, isFolder ? null : target),
                    (json.Name, jsonFile),
                    (skipped.Name, result.GetValue(skipped)),
                ],
                (model.Name, new FileInfo(run.Model.Path)));
            if (isFolder)
            {
                OutputFile.RequireFolder(target.FullName);
                run.ToParquet(new DirectoryInfo(target.FullName), result.GetValue(partSize), jsonFile);
            }
            else
            {
                run.ToCsv(target, jsonFile);
            }
            return Task.FromResult(0);
        });
        return command;
    }
}
