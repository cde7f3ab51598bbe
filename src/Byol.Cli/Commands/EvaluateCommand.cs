using System.CommandLine;
using System.CommandLine.Parsing;
using Byol.Cli.Data;
using Byol.Cli.Output;

namespace Byol.Cli.Commands;

/// <summary><c>evaluate</c>: a trained model's features beside raw pixels and the untrained encoder's.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var model = CommonOptions.Model();
        var images = new Option<DirectoryInfo>("--images")
        {
            Description = "Folder of labelled images.",
            Required = true,
        };
        var labels = new Option<LabelSource>("--labels")
        {
            Description = "Where labels are: in the file name up to the last _NUMBER, or in the folder's name.",
            Required = true,
        };
        var bank = new Option<DirectoryInfo?>("--bank")
        {
            Description = "Folder of labelled training images; without it, stratified splits of --images.",
        };
        var splits = new Option<int?>("--splits")
        {
            Description = "Number of splits without --bank; by default 10 of fewer than 1,000 images, else 3.",
        };
        var perClass = new Option<int?>("--labels-per-class")
        {
            Description =
                "Train on so many images of each label alone, drawn --splits times (by default 10), and test on the "
                + "rest, or on all of --images where there is a --bank.",
        };
        var seed = new Option<int>("--seed")
        {
            Description = "Seed of the splits and classifiers.",
            DefaultValueFactory = _ => Pretraining.DefaultSeed,
        };
        var (json, skipped, gpu) = (CommonOptions.Json(), CommonOptions.Skipped(), CommonOptions.Gpu());
        var report = new Option<FileInfo?>("--report")
        {
            Description = "Also write a page about the evaluation to this file (HTML).",
        };
        var noImageNet = CommonOptions.NoImageNet();
        var auto = new Option<TimeSpan?>("--auto")
        {
            Description =
                "Search ML.NET's trainers for this long (90s, 5m) in place of the table, on --bank or on 70 % of "
                + "--images, and score the best one on the rest.",
            HelpName = "time",
            CustomParser = result => Durations.TryParse(result.Tokens[0].Value, out var time) && time > TimeSpan.Zero
                ? time
                : Fail(result),
        };
        var save = new Option<FileInfo?>("--save-pipeline")
        {
            Description =
                "Also save a pipeline from image file to label here (zip): the best one of --auto, or else L-BFGS "
                + "with a chosen L2, fitted on --bank or on all of --images.",
        };
        foreach (var option in new[] { splits, perClass })
        {
            option.Validators.Add(result =>
            {
                if (CommonOptions.Integer(result) < 1)
                {
                    result.AddError($"{option.Name} must be 1 or more.");
                }
            });
        }
        var command = new Command("evaluate", "Evaluates a trained encoder on labelled images.")
        {
            model, images, labels, bank, splits, perClass, seed, json, report, auto, save, noImageNet, skipped, gpu,
        };
        var classifiers = new ClassifierArgument(command);
        command.Validators.Add(
            result => Refuse(
                result,
                (report, auto),
                (splits, auto),
                (noImageNet, auto),
                (classifiers.Option, auto),
                (perClass, auto),
                (report, perClass),
                (save, perClass)));
        // One training and one test set, unless images are drawn from the bank.
        command.Validators.Add(result =>
        {
            if (result.GetResult(perClass) is null)
            {
                Refuse(result, (splits, bank));
            }
        });
        command.SetAction((result, cancellation) =>
        {
            OutputFile.RequireWritable(
                [
                    (json.Name, result.GetValue(json)),
                    (report.Name, result.GetValue(report)),
                    (save.Name, result.GetValue(save)),
                    (skipped.Name, result.GetValue(skipped)),
                ],
                (model.Name, new FileInfo(result.GetRequiredValue(model).Path)));
            var inputs = new EvaluationInputs(
                CommonOptions.RequireModel(result, model),
                result.GetRequiredValue(images),
                result.GetValue(bank),
                result.GetValue(labels),
                result.GetValue(seed),
                result.GetValue(gpu),
                !result.GetValue(noImageNet),
                new SkippedFiles(result.GetValue(skipped), cancellation),
                cancellation);
            if (result.GetValue(auto) is { } time)
            {
                new AutoEvaluation(inputs, time).Run(result.GetValue(save), result.GetValue(json));
            }
            else
            {
                new TableEvaluation(
                    inputs, result.GetValue(splits), result.GetValue(perClass), classifiers.Read(result))
                    .Run(result.GetValue(save), result.GetValue(json), result.GetValue(report));
            }
            return Task.FromResult(0);
        });
        return command;
    }

    // An option that is passed over without a word is taken to have worked.
    private static void Refuse(CommandResult result, params (Option Option, Option Reason)[] pairs)
    {
        foreach (var (option, reason) in pairs)
        {
            if (result.GetResult(reason) is not null && result.GetResult(option) is { Implicit: false })
            {
                result.AddError($"{option.Name} does not go with {reason.Name}.");
            }
        }
    }

    private static TimeSpan? Fail(ArgumentResult result)
    {
        result.AddError($"--auto is '{result.Tokens[0].Value}'; it must be {Durations.Expected}, above 0.");
        return null;
    }
}
