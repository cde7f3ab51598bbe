using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Byol.MLNet;

namespace Byol.Cli.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    /// <summary>What stands for a network in place of a path, in help texts.</summary>
    public const string WeightsHelpName = "imagenet|path";

    public static Option<ByolWeights> Model() => new("--model")
    {
        Description = "A model file that pretrain wrote, another program's ResNet (ONNX), or imagenet: ML.NET's "
            + "ImageNet network.",
        HelpName = WeightsHelpName,
        Required = true,
        CustomParser = ParseModel,
    };

    /// <summary>Leaves out of a table what takes long on many images.</summary>
    public static Option<bool> NoImageNet() => new("--no-imagenet")
    {
        Description = "Leave the frozen ImageNet network out of the table; on many small images it takes far longer "
            + "than the rest.",
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

    /// <summary>The model that is named, whose file is there: before a folder of images is looked through.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static ByolWeights RequireModel(ParseResult result, Option<ByolWeights> model)
    {
        var weights = result.GetRequiredValue(model);
        weights.RequireFile();
        return weights;
    }

    private static ByolWeights? ParseModel(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text.Length == 0)
        {
            result.AddError("--model is empty; it must be imagenet or a path.");
            return null;
        }
        ByolWeights weights = text;
        return weights == ByolWeights.ImageNetResNet18 ? weights : new ByolWeights(Path.GetFullPath(text));
    }
}
