using System.CommandLine;
using Byol.Cli.Output;

namespace Byol.Cli.Commands;

/// <summary>No command, or <c>quickstart</c>: the options of <see cref="Quickstart"/>.</summary>
internal static class QuickstartCommand
{
    public static RootCommand CreateRoot()
    {
        var quickstart = new Command("quickstart", "The whole way on drawn pictures; the same as no command.");
        var root = new RootCommand("Byol.MLNet: image features from pictures that nobody labelled.") { quickstart };
        foreach (var command in (Command[])[root, quickstart])
        {
            // Each has its own, since the parser checks an option once for every command that it belongs to.
            var options = CreateOptions();
            foreach (var option in (Option[])[options.Json, options.Save, options.Page, options.Seed, options.Epochs])
            {
                command.Options.Add(option);
            }
            command.SetAction((result, cancellation) => Run(options, result, cancellation));
        }
        return root;
    }

    private static Options CreateOptions()
    {
        // The system's folder for temporary files, one page a user: in nobody's way, and replaced by the next run.
        var page = Path.Combine(Path.GetTempPath(), $"byol-quickstart-{Environment.UserName}.html");
        var options = new Options(
            new Option<FileInfo?>("--json") { Description = "Also write the results to this file." },
            new Option<FileInfo?>("--save") { Description = "Keep the saved pipeline (an ML.NET model, .zip) here." },
            new Option<FileInfo>("--page")
            {
                Description = "Write the page about the run (HTML) here.",
                DefaultValueFactory = _ => new FileInfo(page),
            },
            new Option<int>("--seed")
            {
                Description = "Seed of the training.",
                DefaultValueFactory = _ => Pretraining.DefaultSeed,
            },
            new Option<int>("--epochs")
            {
                Description = "Passes over the unlabelled pictures; fewer are sooner done and learn less.",
                DefaultValueFactory = _ => Quickstart.DefaultEpochs,
            });
        options.Epochs.Validators.Add(result =>
        {
            if (CommonOptions.Integer(result) is { } epochs and < 1)
            {
                result.AddError($"--epochs is {epochs}; it must be 1 or more.");
            }
        });
        return options;
    }

    private static Task<int> Run(Options options, ParseResult result, CancellationToken cancellation)
    {
        var (json, save) = (result.GetValue(options.Json), result.GetValue(options.Save));
        var page = result.GetRequiredValue(options.Page);
        OutputFile.RequireWritable(json);
        OutputFile.RequireWritable(save);
        OutputFile.RequireWritable(result.GetResult(options.Page) is { Implicit: false } ? page : null);
        var quickstart = new Quickstart(result.GetValue(options.Seed), result.GetValue(options.Epochs), cancellation);
        quickstart.Run(page, save).Write(json);
        return Task.FromResult(0);
    }

    private sealed record Options(
        Option<FileInfo?> Json, Option<FileInfo?> Save, Option<FileInfo> Page, Option<int> Seed, Option<int> Epochs);
}
