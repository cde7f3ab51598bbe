using Byol.Cli.Data;
using Byol.Cli.Output;
using Byol.MLNet;
using Byol.MLNet.Foundation;
using Microsoft.ML;

namespace Byol.Cli.Commands;

/// <summary>A pretraining on the files of a folder, as several commands run it.</summary>
internal static class Pretraining
{
    public const string ImageColumn = nameof(LabelledImage.Image);
    public const string LabelColumn = nameof(LabelledImage.Label);
    public const string EmbeddingColumn = "Features";
    public const int DefaultSeed = 42;

    // The graph around the weights.
    private const long GraphBytes = 1 << 20;

    public static ByolEmbeddingTransformer Run(
        MLContext mlContext, IEnumerable<LabelledImage> images, ByolOptions options)
    {
        var data = ImageFolder.ToDataView(mlContext, images);
        return LiveProgress.Run(
            options, () => mlContext.Transforms.ByolEmbedding(EmbeddingColumn, ImageColumn, options).Fit(data));
    }

    public static bool IsCollapsed(ByolEmbeddingTransformer model) =>
        model.Verdict?.State == ByolTrainingState.Collapsed;

    /// <summary>
    /// Saves the encoder where it was asked for; one that collapsed beside it, so that it replaces none that works.
    /// </summary>
    /// <exception cref="IOException">It can be written nowhere.</exception>
    public static EncoderFile Save(ByolEmbeddingTransformer model, FileInfo output)
    {
        var isCollapsed = IsCollapsed(model);
        var saved = EncoderFile.Save(model.SaveOnnx, isCollapsed ? EncoderFile.CollapsedName(output) : output);
        if (saved.Error is null && !isCollapsed)
        {
            Messages.Info($"Saved '{output}' ({Counted.Text(model.EmbeddingDimension, "dimension")}).");
        }
        return isCollapsed
            ? saved with
            {
                Error = saved.Error
                    ?? "The encoder collapsed: all images get nearly the same output. "
                    + $"It was saved as '{saved.File}' and not as '{output}'.",
            }
            : saved;
    }

    /// <summary>What a pretraining gave; files that it left out are among <paramref name="skipped"/>.</summary>
    public static Results ResultsOf(
        ByolEmbeddingTransformer model, EncoderFile? saved, SkippedFiles skipped, TimeSpan time, int? seed) => new()
        {
            Epochs = model.History,
            Collapsed = IsCollapsed(model),
            Verdict = model.Verdict?.State,
            Error = saved?.Error,
            ResumedFromStep = model.ResumedFromStep,
            Stopped = model.WasCancelled,
            Skipped = skipped.Unreadable,
            SkippedFiles = skipped.All,
            Folders = skipped.Folders,
            Seconds = time.TotalSeconds,
            Model = saved?.File,
            Seed = seed,
        };

    /// <summary>About the size of the file that the encoder will be saved to.</summary>
    public static long EncoderBytes(ByolOptions options) => options.Recipe!.Encoder is var encoder
        && encoder.Backbone == ByolBackbone.OfStart
            ? FileBytes(options.Start ?? ByolWeights.ImageNetResNet18)
            : GraphBytes + sizeof(float) * encoder.Architecture().Tensors().Sum(tensor => tensor.Count);

    // A file that is not there is reported when it is read.
    private static long FileBytes(ByolWeights weights) =>
        weights.Exists ? new FileInfo(weights.Path).Length : GraphBytes;

    /// <summary>Fails early where the run's own files could not be written.</summary>
    /// <exception cref="IOException">A file or folder cannot be written.</exception>
    public static void RequireOutputs(ByolOptions options)
    {
        OutputFile.RequireWritable(
            string.IsNullOrEmpty(options.ProgressFile) ? null : new FileInfo(options.ProgressFile));
        OutputFile.RequireFolder(options.CheckpointDirectory);
        OutputFile.RequireFolder(options.TensorBoardDirectory);
    }

    /// <summary>Names options that are out of range before any image is read.</summary>
    /// <exception cref="UsageException">An option is out of range.</exception>
    public static void Validate(ByolOptions options)
    {
        try
        {
            options.Validate();
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(OptionNames.TranslateCheck(Messages.WithoutParameterName(exception.Message)));
        }
    }
}
