using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Byol.Cli.Data;
using Byol.Cli.Measuring;
using Byol.Cli.Output;
using Byol.MLNet;
using Byol.MLNet.Foundation;
using TorchSharp;

namespace Byol.Cli.Commands;

/// <summary><c>throughput</c>: how fast this machine trains and embeds.</summary>
internal static class ThroughputCommand
{
    // Those that begin with random weights: a teacher's pass is another thing to measure.
    private static readonly ByolRecipe[] Recipes =
    [
        .. ByolRecipe.BuiltIn.Where(recipe => recipe.Method == ByolPretrainingMethod.Byol
            && recipe.Encoder.Backbone != ByolBackbone.OfStart),
    ];

    private const int DefaultSteps = 40;
    private const int FilesToEmbed = 10_000;
    private const int ImagesInMemory = 2_000;

    public static Command Create()
    {
        var images = new Option<DirectoryInfo>("--images")
        {
            Description = "Folder of images, with its subfolders; at least 256.",
            Required = true,
        };
        var steps = new Option<int>("--steps")
        {
            Description = "Training steps to measure.",
            DefaultValueFactory = _ => DefaultSteps,
        };
        var recipe = new Option<string>("--recipe")
        {
            Description = "The recipe to train by, at one size of views: the recipe's, or --image-size.",
            DefaultValueFactory = _ => ByolRecipe.Walkthrough.Name,
        }.AcceptOnlyFromAmong([.. Recipes.Select(recipe => recipe.Name)]);
        var imageSize = new Option<int?>("--image-size")
        {
            Description = "Side of the views; half of the recipe's is what Fast trains on for most of a run.",
            HelpName = "integer",
        };
        var precision = new Option<ByolPrecision>("--precision")
        {
            Description = "Precision to train in.",
            DefaultValueFactory = _ => ByolPrecision.Auto,
        };
        var threads = new Option<int?>("--threads") { Description = "Processor threads to use; all without it." };
        var (json, skipped, gpu) = (CommonOptions.Json(), CommonOptions.Skipped(), CommonOptions.Gpu());
        var command = new Command(
            "throughput", "Measures training by a recipe, embedding and prediction.")
        {
            images, recipe, imageSize, precision, steps, threads, json, skipped, gpu,
        };
        command.SetAction((result, cancellation) =>
        {
            var (jsonFile, skippedFile) = (result.GetValue(json), result.GetValue(skipped));
            OutputFile.RequireWritable([(json.Name, jsonFile), (skipped.Name, skippedFile)]);
            var files = new SkippedFiles(skippedFile, cancellation);
            var measured = Recipes.Single(known => known.Name == result.GetRequiredValue(recipe)) with
            {
                Precision = result.GetValue(precision),
            };
            var size = result.GetValue(imageSize) ?? measured.Encoder.ImageSize;
            Run(
                result.GetRequiredValue(images),
                measured with { Encoder = measured.Encoder with { ImageSize = size } },
                result.GetValue(steps),
                result.GetValue(threads),
                jsonFile,
                result.GetValue(gpu),
                files,
                cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    private static void Run(
        DirectoryInfo folder,
        ByolRecipe recipe,
        int steps,
        int? threads,
        FileInfo? json,
        int? gpu,
        SkippedFiles skipped,
        CancellationToken cancellation)
    {
        if (steps < 1)
        {
            throw new UsageException($"--steps is {steps}; it must be 1 or more.");
        }
        UseThreads(threads);
        var files = skipped.Read(folder);
        skipped.Write();
        // A training of so few steps is there to be measured, not to be judged.
        var mlContext = Messages.CreateContext(Pretraining.DefaultSeed, gpu, showVerdict: false);
        var (model, trainRate, phases, trainThreads) = TrainingSpeed.Measure(
            mlContext, files, recipe, steps, cancellation);
        var precision = model.History[^1].Precision;
        LabelledImage[] sample = [.. ImageFolder.Sample(files, FilesToEmbed, Pretraining.DefaultSeed)];
        var embedRate = EmbeddingSpeed.RowsPerSecond(model, ImageFolder.ToDataView(mlContext, sample), sample.Length);
        using var inMemory = EmbeddingSpeed.Load(mlContext, model, sample.Take(ImagesInMemory));
        using var int8 = model.ToInt8(ImageFolder.ToDataView(mlContext, sample));
        var report = new ThroughputReport
        {
            Recipe = recipe.Name,
            ImageSize = recipe.Encoder.ImageSize,
            Multiplications = recipe.Encoder.Architecture().Multiplications(recipe.Encoder.ImageSize),
            Precision = precision,
            Threads = torch.get_num_threads(),
            TrainThreads = trainThreads,
            Images = files.Count,
            TrainImagesPerSecond = trainRate,
            Phases = phases,
            MatmulGflops = TrainingSpeed.MatmulGflops(precision),
            EmbedImagesPerSecond = embedRate,
            StockRowsPerSecond = EmbeddingSpeed.RowsPerSecond(inMemory.Stock, inMemory.Data, inMemory.Rows.Count),
            BulkRowsPerSecond = EmbeddingSpeed.RowsPerSecond(inMemory.Bulk, inMemory.Data, inMemory.Rows.Count),
            Int8RowsPerSecond = EmbeddingSpeed.RowsPerSecond(int8, inMemory.Data, inMemory.Rows.Count),
            PredictMilliseconds = EmbeddingSpeed.PredictMilliseconds(mlContext, inMemory),
            PeakMemoryBytes = Process.GetCurrentProcess().PeakWorkingSet64,
        };
        report.Print();
        if (json is not null)
        {
            AtomicFile.Write(json.FullName, stream => JsonSerializer.Serialize(stream, report, Results.Format));
        }
    }

    // All libraries follow the process's affinity, but libtorch has chosen its own number of threads by then.
    private static void UseThreads(int? threads)
    {
        if (threads is not { } count)
        {
            return;
        }
        if (count < 1 || count > Environment.ProcessorCount)
        {
            throw new UsageException(
                $"--threads is {count}; it must be 1 to {Environment.ProcessorCount} on this machine.");
        }
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
        {
            Process.GetCurrentProcess().ProcessorAffinity = (nint)((1L << Math.Min(count, 62)) - 1);
        }
        torch.set_num_threads(count);
    }
}
