using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Byol.Cli.Labelling;
using Byol.Cli.Output;

namespace Byol.Cli.Commands;

/// <summary><c>label</c>: a page on this machine to look through a folder of images and label them.</summary>
internal static class LabelCommand
{
    public static Command Create()
    {
        var model = CommonOptions.Model();
        var images = CommonOptions.Images();
        var labels = new Option<FileInfo?>("--labels")
        {
            Description = "The labels (CSV: path,label,time), which are read and added to; without it, "
                + "DIR.labels.csv in the working folder.",
        };
        var port = new Option<int?>("--port")
        {
            Description = "The port to listen on; without it, 8484, or a free one where that is taken.",
            HelpName = "number",
        };
        var address = new Option<IPAddress>("--address")
        {
            Description = "An address of this machine to listen on, for others to see; there is no login. Without it, "
                + "only this machine sees the page.",
            HelpName = "IP",
            DefaultValueFactory = _ => IPAddress.Loopback,
            CustomParser = ParseAddress,
        };
        var (skipped, gpu) = (CommonOptions.Skipped(), CommonOptions.Gpu());
        port.Validators.Add(result =>
        {
            if (CommonOptions.Integer(result) is < 0 or > IPEndPoint.MaxPort)
            {
                result.AddError($"--port must be between 0 and {IPEndPoint.MaxPort}.");
            }
        });
        var command = new Command("label", "Opens a page to look through a folder of images and label them.")
        {
            model, images, labels, port, address, skipped, gpu,
        };
        command.SetAction(async (result, cancellation) =>
        {
            var (folder, skippedFile) = (result.GetRequiredValue(images), result.GetValue(skipped));
            var labelFile = result.GetValue(labels) ?? new FileInfo($"{folder.Name}.labels.csv");
            OutputFile.RequireWritable([(labels.Name, labelFile), (skipped.Name, skippedFile)]);
            var settings = new LabelSettings(
                CommonOptions.RequireModel(result, model),
                folder,
                new LabelFiles(labelFile),
                result.GetRequiredValue(address),
                result.GetValue(port));
            var mlContext = Messages.CreateContext(Pretraining.DefaultSeed, result.GetValue(gpu));
            await new LabelProgram(mlContext, settings, new SkippedFiles(skippedFile, cancellation))
                .RunAsync(cancellation);
            return 0;
        });
        return command;
    }

    private static IPAddress? ParseAddress(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (IPAddress.TryParse(text, out var address)
            && !address.Equals(IPAddress.Any)
            && !address.Equals(IPAddress.IPv6Any))
        {
            return address;
        }
        result.AddError($"--address is '{text}'; it must be one address of this machine, such as 192.168.1.5.");
        return null;
    }
}
