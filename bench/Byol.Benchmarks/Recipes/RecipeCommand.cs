using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Byol.Cli.Commands;
using Byol.Cli.Data;
using Byol.MLNet;
using Microsoft.ML;

namespace Byol.Benchmarks.Recipes;

/// <summary>
/// <c>recipe</c>: pretrains by a variant of a recipe and scores the encoder on a held-out part of the training images,
/// which pretraining does not see; test images stay out of the search. A row with the figures and the command is
/// appended to a file.
/// </summary>
internal static class RecipeCommand
{
    public static RootCommand Create(IReadOnlyList<string> arguments)
    {
        var images = new Option<DirectoryInfo>("--images")
        {
            Description = "Folder of training images, one folder a class; labels serve the score alone.",
            Required = true,
        };
        var rows = new Option<FileInfo?>("--rows") { Description = "A Markdown file to append the row to." };
        var command = new RootCommand("recipe: scores a variant of a recipe.") { images, rows };
        var recipe = new RecipeArguments(command, "fast");
        command.SetAction(result =>
        {
            var folder = result.GetRequiredValue(images);
            var options = recipe.Read(result);
            options.Seed ??= Pretraining.DefaultSeed;
            var row = Run(ImageFolder.Read(folder), options)
                + $" | `{Shown(arguments, result.GetResult(images)!, result.GetResult(rows))}` |";
            Console.WriteLine(row);
            if (result.GetValue(rows) is { } file)
            {
                File.AppendAllText(file.FullName, row + Environment.NewLine);
            }
        });
        return command;
    }

    private static string Run(IReadOnlyList<LabelledImage> images, ByolOptions options)
    {
        var split = new ValidationSplit(images);
        var mlContext = new MLContext(options.Seed);
        try
        {
            var model = mlContext.Transforms.ByolEmbedding("Features", nameof(LabelledImage.Image), options)
                .Fit(ImageFolder.ToDataView(mlContext, split.Pretraining));
            var last = model.History[^1];
            var scores = EncoderScores.Of(mlContext, model, split);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"| {100 * scores.Knn:F1} | {100 * scores.Linear:F1} | {scores.EffectiveRank:F0} "
            + $"| {last.Step} | {last.ImagesPerSecond:F0} | {last.Loss:F3}");
        }
        catch (ByolCollapseException)
        {
            return "| collapsed | | | | | ";
        }
    }

    // Without what differs from machine to machine.
    private static string Shown(IEnumerable<string> arguments, params OptionResult?[] left)
    {
        var hidden = left.OfType<OptionResult>()
            .SelectMany(option => option.Tokens.Select(token => token.Value).Append(option.Option.Name))
            .ToHashSet();
        return string.Join(' ', arguments.Where(argument => !hidden.Contains(argument)));
    }
}
