using Byol.Cli.Data;
using Byol.Cli.Output;
using Byol.MLNet;
using Byol.MLNet.Evaluation;
using Microsoft.ML;

namespace Byol.Cli.Commands;

/// <summary>The feature sets of labelled images, as several commands compute them.</summary>
internal static class LabelledFeatures
{
    /// <summary>Images that cannot be read are left out, and listed.</summary>
    public static FeatureSets Extract(
        MLContext mlContext,
        ByolEmbeddingTransformer model,
        IEnumerable<LabelledImage> images,
        SkippedFiles skipped)
    {
        var data = ImageFolder.ToDataView(mlContext, images);
        var sets = FeatureSets.Extract(mlContext, model, data, Pretraining.ImageColumn, Pretraining.LabelColumn);
        skipped.AddUnreadable(sets.Unreadable);
        return sets;
    }
}
