using System.CommandLine;
using System.Diagnostics;
using Byol.MLNet;
using Byol.Samples.Data;
using Byol.Samples.Output;
using Microsoft.ML;

namespace Byol.Samples.Commands;

/// <summary><c>pretrain</c>: unlabelled images in, a model file out.</summary>
internal static class PretrainCommand
{
    public static Command Create()
    {
        var images = new Option<DirectoryInfo>("--images") { Description = "Folder of images, with its subfolders.", Required = true };
        var output = new Option<FileInfo>("--output") { Description = "The model file to write (ONNX).", Required = true };
        var weights = new Option<FileInfo?>("--save-weights") { Description = "Also write the encoder's weights to this file (safetensors, torchvision's names)." };
        var json = new Option<FileInfo?>("--json") { Description = "Also write the results to this file." };
        var report = new Option<FileInfo?>("--report") { Description = "Also write a page about the training to this file (HTML)." };
        var probe = new Option<DirectoryInfo?>("--probe") { Description = "Folder of labelled images, one folder a class, that the encoder is scored on after each epoch; they do not train it." };
        var command = new Command("pretrain", "Pretrains an encoder on a folder of images, without labels.") { images, output, weights, json, report, probe };
        var recipe = new RecipeArguments(command, "fast");
        command.SetAction((result, cancellation) =>
        {
            var options = recipe.Read(result);
            options.Probe = result.GetValue(probe) is { } folder ? new ByolProbe(ImageFolder.ToDataView(new MLContext(), ImageFolder.Read(folder)), Pretraining.LabelColumn) : null;
            var outputs = new Outputs(result.GetRequiredValue(output), result.GetValue(weights), result.GetValue(json), result.GetValue(report));
            return Task.FromResult(Run(result.GetRequiredValue(images), outputs, options, cancellation));
        });
        return command;
    }

    private static int Run(DirectoryInfo images, Outputs outputs, ByolOptions options, CancellationToken cancellation)
    {
        var (output, weights, json, reportFile) = outputs;
        var clock = Stopwatch.StartNew();
        options.Seed ??= Pretraining.DefaultSeed;
        options.CancellationToken = cancellation;
        Pretraining.Validate(options);
        OutputFile.RequireWritable(output);
        OutputFile.RequireWritable(weights);
        OutputFile.RequireWritable(json);
        OutputFile.RequireWritable(reportFile);
        var mlContext = Messages.CreateContext(options.Seed.Value);
        var files = ImageFolder.Read(images);
        var report = new PretrainReport(reportFile, mlContext, files, ImageFolder.NameOf(images), options);
        try
        {
            var model = Pretraining.Run(mlContext, files, options);
            model.SaveOnnx(output.FullName);
            if (weights is not null)
            {
                model.SaveWeights(weights.FullName);
            }
            Messages.Info($"Saved '{output}' ({model.EmbeddingDimension} dimensions).");
            new Results
            {
                Epochs = model.History,
                Collapsed = false,
                ResumedFromStep = model.ResumedFromStep,
                Stopped = model.WasCancelled,
                Skipped = model.UnreadableImages.Count,
                Seconds = clock.Elapsed.TotalSeconds,
                Model = output.FullName,
                Seed = options.Seed,
            }.Write(json);
            report.Write(model);
            if (!model.WasCancelled)
            {
                return 0;
            }
            Messages.Info(options.CheckpointDirectory is null
                ? "Stopped before the end; without --checkpoint there is nothing to resume from."
                : $"Stopped before the end. To go on: {ResumeCommand()}");
            return Interruption.ExitCode;
        }
        catch (Exception exception) when (exception is ByolCollapseException or ByolDivergenceException)
        {
            new Results { Collapsed = exception is ByolCollapseException, Error = exception.Message, Seconds = clock.Elapsed.TotalSeconds, Seed = options.Seed }.Write(json);
            report.Write(exception);
            throw;
        }
    }

    private sealed record Outputs(FileInfo Model, FileInfo? Weights, FileInfo? Json, FileInfo? Report);

    private static string ResumeCommand()
    {
        var arguments = Environment.GetCommandLineArgs().Skip(1).Select(argument => argument.Contains(' ', StringComparison.Ordinal) ? $"\"{argument}\"" : argument).ToList();
        if (!arguments.Contains("--resume"))
        {
            arguments.Add("--resume");
        }
        return string.Join(' ', arguments);
    }
}
