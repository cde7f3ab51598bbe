using System.CommandLine;
using System.Diagnostics;
using Byol.Cli.Data;
using Byol.Cli.Output;
using Byol.MLNet;
using Byol.MLNet.Collectives;
using Microsoft.ML;

namespace Byol.Cli.Commands;

/// <summary><c>pretrain</c>: unlabelled images in, a model file out.</summary>
internal static class PretrainCommand
{
    public static Command Create()
    {
        var images = CommonOptions.Images();
        var output = new Option<FileInfo>("--output")
        {
            Description = "The model file to write (ONNX).",
            Required = true,
        };
        var weights = new Option<FileInfo?>("--save-weights")
        {
            Description = "Also write the encoder's weights to this file (safetensors, torchvision's names).",
        };
        var report = new Option<FileInfo?>("--report")
        {
            Description = "Also write a page about the training to this file (HTML).",
        };
        var probe = new Option<DirectoryInfo?>("--probe")
        {
            Description =
                "Folder of labelled images, one folder a class, that the encoder is scored on after each epoch; they "
                + "do not train it.",
        };
        var (json, skipped, gpu) = (CommonOptions.Json(), CommonOptions.Skipped(), CommonOptions.Gpu());
        var command = new Command("pretrain", "Pretrains an encoder on a folder of images, without labels.")
        {
            images, output, weights, json, report, probe, skipped, gpu,
        };
        var recipe = new RecipeArguments(command, defaultRecipe: null);
        command.SetAction((result, cancellation) =>
        {
            var request = recipe.Request(result);
            var options = request.Options;
            options.Seed ??= Pretraining.DefaultSeed;
            options.CancellationToken = cancellation;
            request.Validate();
            var outputs = new Outputs(
                result.GetRequiredValue(output),
                result.GetValue(weights),
                result.GetValue(json),
                result.GetValue(report));
            OutputFile.RequireWritable(
                [
                    (output.Name, outputs.Model),
                    (weights.Name, outputs.Weights),
                    (json.Name, outputs.Json),
                    (report.Name, outputs.Report),
                    (skipped.Name, result.GetValue(skipped)),
                ]);
            OutputFile.RequireWritable(outputs.Model, request.EncoderBytes);
            Pretraining.RequireOutputs(options);
            var files = new SkippedFiles(result.GetValue(skipped), cancellation);
            var run = new Run(outputs, request, result.GetValue(gpu), files);
            return Task.FromResult(Interruption.Keep(
                () => run.Execute(result.GetRequiredValue(images), result.GetValue(probe))));
        });
        return command;
    }

    private sealed record Outputs(FileInfo Model, FileInfo? Weights, FileInfo? Json, FileInfo? Report);

    private sealed class Run(Outputs outputs, RecipeRequest request, int? gpu, SkippedFiles skipped)
    {
        private readonly ByolOptions _options = request.Options;
        private readonly Stopwatch _clock = Stopwatch.StartNew();

        public int Execute(DirectoryInfo images, DirectoryInfo? probe)
        {
            var mlContext = Messages.CreateContext(_options.Seed!.Value, gpu);
            var files = skipped.Read(images);
            request.Settle(ImageFolder.ToDataView(mlContext, files), Pretraining.ImageColumn);
            _options.Probe = probe is null
                ? null
                : new ByolProbe(ImageFolder.ToDataView(new MLContext(), skipped.Read(probe)), Pretraining.LabelColumn);
            var report = new PretrainReport(outputs.Report, mlContext, files, ImageFolder.NameOf(images), _options);
            try
            {
                var model = Pretraining.Run(mlContext, files, _options);
                if (MpiLauncher.Current is { Rank: > 0 })
                {
                    return model.WasCancelled ? Interruption.ExitCode : 0;
                }
                skipped.AddUnreadable(model.UnreadableImages, areNamed: true);
                var saved = Pretraining.Save(model, outputs.Model);
                if (outputs.Weights is not null)
                {
                    model.SaveWeights(outputs.Weights.FullName);
                }
                Write(model, saved);
                report.Write(model);
                return ExitCode(model, saved);
            }
            catch (Exception exception) when (MpiLauncher.Current is not { Rank: > 0 }
                && exception is ByolCollapseException or ByolDivergenceException)
            {
                new Results
                {
                    Collapsed = exception is ByolCollapseException,
                    Verdict = ByolVerdict.Of([], exception).State,
                    Error = exception.Message,
                    Seconds = _clock.Elapsed.TotalSeconds,
                    Seed = _options.Seed,
                }.Write(outputs.Json);
                report.Write(exception);
                throw;
            }
        }

        private void Write(ByolEmbeddingTransformer model, EncoderFile saved)
        {
            skipped.Write();
            Pretraining.ResultsOf(model, saved, skipped, _clock.Elapsed, _options.Seed).Write(outputs.Json);
        }

        private int ExitCode(ByolEmbeddingTransformer model, EncoderFile saved)
        {
            if (saved.Error is not null)
            {
                Messages.Error(saved.Error);
            }
            if (!model.WasCancelled)
            {
                return saved.Error is null ? 0 : Program.Failed;
            }
            Messages.Info(_options.CheckpointDirectory is null
                ? "Stopped before the end; without --checkpoint there is nothing to resume from."
                : $"Stopped before the end. To go on: {ResumeCommand()}");
            return Interruption.ExitCode;
        }
    }

    private static string ResumeCommand()
    {
        var command = ShellCommand.OfResuming([.. Environment.GetCommandLineArgs().Skip(1)]);
        // Its launcher's own options are not known here.
        return MpiLauncher.Current is { Size: > 1 } job ? $"mpirun -n {job.Size} {command}" : command;
    }
}
