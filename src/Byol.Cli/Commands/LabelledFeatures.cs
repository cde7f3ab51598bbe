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
    public static FeatureSets Extract(
        MLContext mlContext,
        ByolEmbeddingTransformer model,
        IReadOnlyList<LabelledImage> images,
        SkippedFiles skipped,
        bool includeImageNet)
    {
        if (includeImageNet && images.Count >= ManyImages && ByolWeights.ImageNetResNet18.Exists)
        {
            Messages.Info(
                $"Embedding {images.Count} images with the ImageNet network at 224 px too, which takes its time; "
                + "--no-imagenet leaves it out.");
        }
        var data = ImageFolder.ToDataView(mlContext, images);
        var sets = FeatureSets.Extract(
            mlContext, model, data, Pretraining.ImageColumn, Pretraining.LabelColumn, includeImageNet);
        skipped.AddUnreadable(sets.Unreadable);
        return sets;
    }
}
