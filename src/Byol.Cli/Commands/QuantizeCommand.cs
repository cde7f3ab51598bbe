using System.CommandLine;
using Byol.Cli.Data;
using Byol.Cli.Output;

namespace Byol.Cli.Commands;

/// <summary><c>quantize</c>: a model file whose convolutions are int8.</summary>
internal static class QuantizeCommand
{
    public static Command Create()
    {
        var (model, images) = (CommonOptions.Model(), CommonOptions.Images());
        var output = new Option<FileInfo>("--output")
        {
            Description = "The int8 model file to write (ONNX).",
            Required = true,
        };
        var command = new Command(
            "quantize", "Writes an int8 form of a model, which embeds faster: compare the accuracy of both first.")
        {
            model, images, output,
        };
        command.SetAction((result, cancellation) =>
        {
            var (weights, file) = (CommonOptions.RequireModel(result, model), result.GetRequiredValue(output));
            var files = new SkippedFiles(file: null, cancellation);
            OutputFile.RequireWritable([(output.Name, file)], (model.Name, new FileInfo(weights.Path)));
            var mlContext = Messages.CreateContext(Pretraining.DefaultSeed, gpu: null);
            var found = files.Read(result.GetRequiredValue(images));
            using var encoder = ImageEncoder.Load(
                mlContext, ImageNetSize.Suit(weights, mlContext, found), unreadable: null, remembers: false);
            cancellation.ThrowIfCancellationRequested();
            using var int8 = encoder.ToInt8(ImageFolder.ToDataView(mlContext, found));
            int8.SaveOnnx(file.FullName);
            Messages.Info($"Wrote '{file}'. Its embeddings differ a little: evaluate both before you use it.");
            return Task.FromResult(0);
        });
        return command;
    }
}
