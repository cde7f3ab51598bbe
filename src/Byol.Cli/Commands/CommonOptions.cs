using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Byol.Cli.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    public static Option<FileInfo> Model() => new("--model")
    {
        Description = "A model file that pretrain wrote.",
        Required = true,
    };

    public static Option<DirectoryInfo> Images() => new("--images")
    {
        Description = "Folder of images, with its subfolders.",
        Required = true,
    };

    public static Option<FileInfo?> Json() => new("--json") { Description = "Also write the results to this file." };

    public static Option<FileInfo?> Skipped() =>
        new("--skipped") { Description = "Also write all files that were left out, and why, to this file (CSV)." };

    public static Option<int?> Gpu()
    {
        var option = new Option<int?>("--gpu")
        {
            Description = "Number of the CUDA GPU to use, from 0; without it, the processor.",
            HelpName = "number",
        };
        option.Validators.Add(result =>
        {
            if (Integer(result) is { } gpu and < 0)
            {
                result.AddError($"--gpu is {gpu}; it must be 0 or more.");
            }
        });
        return option;
    }

    /// <summary>What an option is given; null where that is nothing or no integer, which the parser names.</summary>
    public static int? Integer(OptionResult result) => result.Tokens is [var token]
        && int.TryParse(token.Value, CultureInfo.CurrentCulture, out var value) ? value : null;
}
