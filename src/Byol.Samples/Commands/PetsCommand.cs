using System.CommandLine;
using System.Diagnostics;
using Byol.MLNet;
using Byol.Samples.Data;
using Byol.Samples.Output;

namespace Byol.Samples.Commands;

/// <summary><c>pets</c>: the walk-through in one command: pretrain on unlabelled images, freeze, linear evaluation on Oxford-IIIT Pets.</summary>
internal static class PetsCommand
{
    private const int BankImages = 10_000;
    private const int TestImages = 2_000;
    private const int Splits = 10;

    public static Command Create()
    {
        var pretrainImages = new Option<DirectoryInfo>("--pretrain-images") { Description = "Folder of images to pretrain on; labels are not used.", Required = true };
        var pets = new Option<DirectoryInfo>("--pets") { Description = "Folder of the Pets images, BREED_NUMBER.jpg.", Required = true };
        var testImages = new Option<DirectoryInfo?>("--test-images") { Description = "Test images of the pretraining data, one folder a class: adds its rows to the table." };
        var output = new Option<FileInfo?>("--output") { Description = "Also save the model here (ONNX)." };
        var json = new Option<FileInfo?>("--json") { Description = "Also write the results to this file." };
        var command = new Command("pets", "Runs the walk-through: pretraining, then linear evaluation on Oxford-IIIT Pets.") { pretrainImages, pets, testImages, output, json };
        var recipe = new RecipeArguments(command, "walkthrough");
        var classifiers = new ClassifierArgument(command);
        command.SetAction((result, cancellation) =>
        {
            var options = recipe.Read(result);
            options.CancellationToken = cancellation;
            Run(
                result.GetRequiredValue(pretrainImages),
                result.GetRequiredValue(pets),
                result.GetValue(testImages),
                result.GetValue(output),
                result.GetValue(json),
                options,
                classifiers.Read(result));
            return Task.FromResult(0);
        });
        return command;
    }

    private static void Run(
        DirectoryInfo pretrainFolder,
        DirectoryInfo petsFolder,
        DirectoryInfo? testFolder,
        FileInfo? output,
        FileInfo? json,
        ByolOptions options,
        IReadOnlyList<ByolClassifier> classifiers)
    {
        var clock = Stopwatch.StartNew();
        var seed = options.Seed ??= Pretraining.DefaultSeed;
        Pretraining.Validate(options);
        OutputFile.RequireWritable(output);
        OutputFile.RequireWritable(json);
        var pretrainImages = ImageFolder.Read(pretrainFolder);
        var pets = ImageFolder.Read(petsFolder, LabelSource.Name);
        var officialSplit = OfficialPetsSplit.Find(petsFolder, pets);
        var testImages = testFolder is null ? null : ImageFolder.Read(testFolder);

        var mlContext = Messages.CreateContext(seed);
        var model = Pretraining.Run(mlContext, pretrainImages, options);
        if (output is not null)
        {
            model.SaveOnnx(output.FullName);
        }

        var evaluator = new ByolEvaluator(seed);
        var unreadable = new List<string>(model.UnreadableImages);
        var rows = new List<EvaluationRow>();
        if (testImages is not null)
        {
            var bank = Extract(ImageFolder.Sample(pretrainImages, BankImages, seed));
            var test = Extract(ImageFolder.Sample(testImages, TestImages, seed));
            rows.AddRange(EvaluationLine.Run(progress => evaluator.Evaluate(ImageFolder.NameOf(testFolder!), bank, test, classifiers, progress)));
        }
        var petsName = ImageFolder.NameOf(petsFolder);
        rows.AddRange(EvaluationLine.Run(progress => officialSplit is { } official
            ? new ByolEvaluator(seed, ByolEvaluator.PaperL2Candidates).Evaluate($"{petsName}, official split", Extract(official.Train), Extract(official.Test), classifiers, progress)
            : evaluator.EvaluateSplits(petsName, Extract(pets), Splits, classifiers, progress)));
        Results.PrintTable(rows);
        Messages.Skipped(unreadable);
        new Results
        {
            Rows = rows,
            Epochs = model.History,
            Collapsed = false,
            Skipped = unreadable.Count,
            Seconds = clock.Elapsed.TotalSeconds,
            Model = output?.FullName,
            Seed = seed,
        }.Write(json);

        FeatureSets Extract(IEnumerable<LabelledImage> images)
        {
            var sets = FeatureSets.Extract(mlContext, model, ImageFolder.ToDataView(mlContext, images), Pretraining.ImageColumn, Pretraining.LabelColumn);
            unreadable.AddRange(sets.Unreadable);
            return sets;
        }
    }
}
