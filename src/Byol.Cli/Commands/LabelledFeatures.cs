using Byol.Cli.Data;
using Byol.Cli.Output;
using Byol.MLNet;
using Byol.MLNet.Evaluation;
using Microsoft.ML;

namespace Byol.Cli.Commands;

/// <summary>The feature sets of labelled images, as several commands compute them.</summary>
internal static class LabelledFeatures
{
    // About a minute of two cores.
    private const int ManyImages = 2000;

    /// <summary>Images that cannot be read are left out, and listed.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="model">The trained encoder.</param>
    /// <param name="images">The images.</param>
    /// <param name="skipped">Receives those that cannot be read.</param>
    /// <param name="imageNetSize">The side at which the ImageNet network is shown them; null leaves it out.</param>
    public static FeatureSets Extract(
        MLContext mlContext,
        ByolEmbeddingTransformer model,
        IReadOnlyList<LabelledImage> images,
        SkippedFiles skipped,
        int? imageNetSize)
    {
        if (imageNetSize is { } size && images.Count >= ManyImages)
        {
            Messages.Info(
                $"Embedding {images.Count} images with the ImageNet network at {size} px too, which takes its time; "
                + "--no-imagenet leaves it out.");
        }
        var data = ImageFolder.ToDataView(mlContext, images);
        var sets = FeatureSets.Extract(
            mlContext,
            model,
            data,
            Pretraining.ImageColumn,
            Pretraining.LabelColumn,
            includeImageNet: imageNetSize is not null,
            imageNetSize);
        skipped.AddUnreadable(sets.Unreadable);
        return sets;
    }
}
