using System.CommandLine;
using System.Diagnostics;
using Byol.Cli.Data;
using Byol.Cli.Output;
using Byol.MLNet;
using Byol.MLNet.Evaluation;
using Microsoft.ML;

namespace Byol.Cli.Commands;

/// <summary>
/// <c>pets</c>: the walk-through in one command: pretrain on unlabelled images, freeze, linear evaluation on
/// Oxford-IIIT Pets.
/// </summary>
internal static class PetsCommand
{
    private const int BankImages = 10_000;
    private const int TestImages = 2_000;
    private const int Splits = 10;

    public static Command Create()
    {
        var pretrainImages = new Option<DirectoryInfo>("--pretrain-images")
        {
            Description = "Folder of images to pretrain on; labels are not used.",
            Required = true,
        };
        var pets = new Option<DirectoryInfo>("--pets")
        {
            Description = "Folder of the Pets images, BREED_NUMBER.jpg.",
            Required = true,
        };
        var testImages = new Option<DirectoryInfo?>("--test-images")
        {
            Description = "Test images of the pretraining data, one folder a class: adds its rows to the table.",
        };
        var output = new Option<FileInfo?>("--output") { Description = "Also save the model here (ONNX)." };
        var (json, skipped, gpu) = (CommonOptions.Json(), CommonOptions.Skipped(), CommonOptions.Gpu());
        var noImageNet = CommonOptions.NoImageNet();
        var command = new Command(
            "pets", "Runs the walk-through: pretraining, then linear evaluation on Oxford-IIIT Pets.")
        {
            pretrainImages, pets, testImages, output, noImageNet, json, skipped, gpu,
        };
        var recipe = new RecipeArguments(command, "walkthrough");
        var classifiers = new ClassifierArgument(command);
        command.SetAction((result, cancellation) =>
        {
            var options = recipe.Read(result);
            options.Seed ??= Pretraining.DefaultSeed;
            options.CancellationToken = cancellation;
            Pretraining.Validate(options);
            var (outputFile, jsonFile, skippedFile) = (
                result.GetValue(output), result.GetValue(json), result.GetValue(skipped));
            OutputFile.RequireWritable([(output.Name, outputFile), (json.Name, jsonFile), (skipped.Name, skippedFile)]);
            OutputFile.RequireWritable(outputFile, Pretraining.EncoderBytes(options));
            Pretraining.RequireOutputs(options);
            var folders = new Folders(
                result.GetRequiredValue(pretrainImages), result.GetRequiredValue(pets), result.GetValue(testImages));
            var mlContext = Messages.CreateContext(options.Seed.Value, result.GetValue(gpu));
            var files = new SkippedFiles(skippedFile, cancellation);
            var run = new Run(mlContext, options, outputFile, jsonFile, files, !result.GetValue(noImageNet));
            return Task.FromResult(run.Execute(folders, classifiers.Read(result)));
        });
        return command;
    }

    private sealed record Folders(DirectoryInfo Pretrain, DirectoryInfo Pets, DirectoryInfo? Test);

    private sealed class Run(
        MLContext mlContext,
        ByolOptions options,
        FileInfo? output,
        FileInfo? json,
        SkippedFiles skipped,
        bool includeImageNet)
    {
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private readonly List<string> _footers = [];

        public int Execute(Folders folders, IReadOnlyList<ByolClassifier> classifiers)
        {
            var seed = options.Seed!.Value;
            var pretrainImages = skipped.Read(folders.Pretrain);
            var pets = skipped.Read(folders.Pets, LabelSource.Name);
            var officialSplit = OfficialPetsSplit.Find(folders.Pets, pets);
            var testImages = folders.Test is null ? null : skipped.Read(folders.Test);

            var (model, saved) = Interruption.Keep(() => Pretrain(pretrainImages));
            if (model.WasCancelled || Pretraining.IsCollapsed(model))
            {
                Messages.Error(saved?.Error ?? (model.WasCancelled
                    ? "Stopped before the evaluation."
                    : "The encoder collapsed: all images get nearly the same output."));
                Write(model, saved, rows: null);
                return model.WasCancelled ? Interruption.ExitCode : Program.Failed;
            }

            var evaluator = new ByolEvaluator(seed);
            var rows = new List<EvaluationRow>();
            if (testImages is not null)
            {
                LabelledImage[] test = [.. ImageFolder.Sample(testImages, TestImages, seed)];
                var bank = Distinct([.. ImageFolder.Sample(pretrainImages, BankImages, seed)], test);
                var size = ImageNetSize.Choose(includeImageNet, mlContext, test);
                rows.AddRange(EvaluationLine.Run(progress => evaluator.Evaluate(
                    ImageFolder.NameOf(folders.Test!),
                    Extract(model, bank, size),
                    Extract(model, test, size),
                    classifiers,
                    progress)));
            }
            var petsSize = ImageNetSize.Choose(includeImageNet, mlContext, pets);
            var petsName = ImageFolder.NameOf(folders.Pets);
            rows.AddRange(EvaluationLine.Run(progress => officialSplit is { } official
                ? new ByolEvaluator(seed, ByolEvaluator.PaperL2Candidates).Evaluate(
                    $"{petsName}, official split",
                    Extract(model, Distinct(official.Train, official.Test), petsSize),
                    Extract(model, official.Test, petsSize),
                    classifiers,
                    progress)
                : evaluator.EvaluateSplits(
                    petsName, Extract(model, Distinct(pets), petsSize), Splits, classifiers, progress)));
            Results.PrintTable(rows, [.. _footers, .. ImageNetAdvice.Of(rows)]);
            Write(model, saved, rows);
            if (saved?.Error is { } error)
            {
                Messages.Error(error);
                return Program.Failed;
            }
            return 0;
        }

        private (ByolEmbeddingTransformer Model, EncoderFile? Saved) Pretrain(IReadOnlyList<LabelledImage> images)
        {
            var model = Pretraining.Run(mlContext, images, options);
            skipped.AddUnreadable(model.UnreadableImages, areNamed: true);
            return (model, output is null ? null : Pretraining.Save(model, output));
        }

        private void Write(ByolEmbeddingTransformer model, EncoderFile? saved, IReadOnlyList<EvaluationRow>? rows)
        {
            skipped.Write();
            var results = Pretraining.ResultsOf(model, saved, skipped, _clock.Elapsed, options.Seed);
            (results with { Rows = rows }).Write(json);
        }

        private IReadOnlyList<LabelledImage> Distinct(
            IReadOnlyList<LabelledImage> images, IReadOnlyList<LabelledImage>? test = null)
        {
            var copies = test is null
                ? Copies.Within(images, options.CancellationToken)
                : Copies.Across(images, test, options.CancellationToken);
            skipped.AddCopies(copies.Found);
            if (copies.Found.Count > 0)
            {
                _footers.Add(copies.Describe(test is null
                    ? "copies of other images were"
                    : "training images that are copies of test images were"));
            }
            return copies.Kept;
        }

        private FeatureSets Extract(
            ByolEmbeddingTransformer model, IReadOnlyList<LabelledImage> images, int? imageNetSize) =>
            LabelledFeatures.Extract(mlContext, model, images, skipped, imageNetSize);
    }
}
