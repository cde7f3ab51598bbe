using System.CommandLine;
using System.Diagnostics;
using Byol.MLNet;
using Byol.Samples.Data;
using Byol.Samples.Output;
using Microsoft.ML;

namespace Byol.Samples.Commands;

/// <summary><c>evaluate</c>: a trained model's features beside raw pixels and the untrained encoder's.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var model = new Option<FileInfo>("--model") { Description = "A model file that pretrain wrote.", Required = true };
        var images = new Option<DirectoryInfo>("--images") { Description = "Folder of labelled images.", Required = true };
        var labels = new Option<LabelSource>("--labels") { Description = "Where labels are: in the file name up to the last _NUMBER, or in the folder's name.", Required = true };
        var bank = new Option<DirectoryInfo?>("--bank") { Description = "Folder of labelled training images; without it, stratified splits of --images." };
        var splits = new Option<int?>("--splits") { Description = "Number of splits without --bank; by default 10 of fewer than 1,000 images, else 3." };
        var seed = new Option<int>("--seed") { Description = "Seed of the splits and classifiers.", DefaultValueFactory = _ => Pretraining.DefaultSeed };
        var json = new Option<FileInfo?>("--json") { Description = "Also write the results to this file." };
        var report = new Option<FileInfo?>("--report") { Description = "Also write a page about the evaluation to this file (HTML)." };
        var auto = new Option<TimeSpan?>("--auto")
        {
            Description = "Search ML.NET's trainers for this long (90s, 5m) in place of the table, on --bank or on 70 % of --images, and score the best one on the rest.",
            CustomParser = result => Durations.TryParse(result.Tokens[0].Value, out var time) && time > TimeSpan.Zero ? time : Fail(result),
        };
        var save = new Option<FileInfo?>("--save-pipeline") { Description = "Save the best pipeline of --auto here (zip)." };
        splits.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < 1)
            {
                result.AddError("--splits must be 1 or more.");
            }
        });
        var command = new Command("evaluate", "Evaluates a trained encoder on labelled images.") { model, images, labels, bank, splits, seed, json, report, auto, save };
        var classifiers = new ClassifierArgument(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(auto) is null && result.GetResult(save) is not null)
            {
                result.AddError($"{save.Name} needs {auto.Name}.");
            }
            foreach (var (option, reason) in new (Option, Option)[] { (report, auto), (splits, auto), (classifiers.Option, auto), (splits, bank) })
            {
                if (result.GetResult(reason) is not null && result.GetResult(option) is { Implicit: false })
                {
                    result.AddError($"{option.Name} does not go with {reason.Name}.");
                }
            }
        });
        command.SetAction(result =>
        {
            if (result.GetValue(auto) is { } time)
            {
                new AutoEvaluation(result.GetRequiredValue(model), result.GetValue(labels), result.GetValue(seed), time).Run(
                    result.GetRequiredValue(images), result.GetValue(bank), result.GetValue(save), result.GetValue(json));
                return;
            }
            Run(
                result.GetRequiredValue(model),
                result.GetRequiredValue(images),
                result.GetValue(labels),
                result.GetValue(bank),
                result.GetValue(splits),
                result.GetValue(seed),
                classifiers.Read(result),
                result.GetValue(json),
                result.GetValue(report));
        });
        return command;
    }

    private static TimeSpan? Fail(System.CommandLine.Parsing.ArgumentResult result)
    {
        result.AddError($"--auto is '{result.Tokens[0].Value}'; it must be a time such as 90s, 20m or 1.5h.");
        return null;
    }

    private static void Run(
        FileInfo modelFile,
        DirectoryInfo images,
        LabelSource labels,
        DirectoryInfo? bank,
        int? askedSplits,
        int seed,
        IReadOnlyList<ByolClassifier> classifiers,
        FileInfo? json,
        FileInfo? reportFile)
    {
        var clock = Stopwatch.StartNew();
        OutputFile.RequireWritable(json);
        OutputFile.RequireWritable(reportFile);
        var mlContext = Messages.CreateContext(seed);
        var data = ImageFolder.ToDataView(mlContext, ImageFolder.Read(images, labels));
        var model = mlContext.Transforms.LoadByolEmbedding(Pretraining.EmbeddingColumn, Pretraining.ImageColumn, modelFile.FullName).Fit(data);
        var evaluator = new ByolEvaluator(seed);
        var test = Extract(data);
        var unreadable = test.Unreadable;
        IReadOnlyList<EvaluationRow> rows;
        Func<ByolClassifier, IReadOnlyList<ByolPrediction>> predict;
        if (bank is null)
        {
            var splits = askedSplits ?? ByolEvaluator.DefaultSplits(test.Count);
            predict = classifier => evaluator.PredictSplits(test, splits, classifier);
            rows = EvaluationLine.Run(progress => evaluator.EvaluateSplits(ImageFolder.NameOf(images), test, splits, classifiers, progress));
        }
        else
        {
            var train = Extract(ImageFolder.ToDataView(mlContext, ImageFolder.Read(bank, labels)));
            predict = classifier => evaluator.Predict(train, test, classifier);
            unreadable = [.. train.Unreadable, .. unreadable];
            rows = EvaluationLine.Run(progress => evaluator.Evaluate(ImageFolder.NameOf(images), train, test, classifiers, progress));
        }
        Results.PrintTable(rows);
        Messages.Skipped(unreadable);
        if (reportFile is not null)
        {
            new ByolReport($"Evaluation on {ImageFolder.NameOf(images)}")
                .AddEvaluation(rows)
                .AddConfusion(test, predict(classifiers.Contains(ByolClassifier.Lbfgs) ? ByolClassifier.Lbfgs : classifiers[0]))
                .AddEmbeddings(test)
                .Save(reportFile.FullName);
            Messages.Info($"Wrote the report '{reportFile}'.");
        }
        new Results { Rows = rows, Skipped = unreadable.Count, Seconds = clock.Elapsed.TotalSeconds, Model = modelFile.FullName, Seed = seed }.Write(json);

        FeatureSets Extract(IDataView view) => FeatureSets.Extract(mlContext, model, view, Pretraining.ImageColumn, Pretraining.LabelColumn);
    }
}
