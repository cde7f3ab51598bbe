using Byol.Cli.Commands;
using Byol.Cli.Output;
using Byol.MLNet;
using Microsoft.ML;

namespace Byol.Cli.Data;

/// <summary>A trained encoder behind the image files of a folder.</summary>
internal static class ImageEncoder
{
    /// <summary>Loads it; rows whose image cannot be read get NaN.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="weights">The encoder.</param>
    /// <param name="unreadable">Receives the images that cannot be read; null tells nobody.</param>
    /// <param name="remembers">Whether embeddings are remembered, since images are read more than once.</param>
    public static ByolEmbeddingTransformer Load(
        MLContext mlContext, ByolWeights weights, UnreadableRows? unreadable, bool remembers)
    {
        var options = new ByolEmbeddingOptions
        {
            OnUnreadableImage = ByolUnreadableImage.NaN,
            UnreadableImages = unreadable,
        };
        options.EmbeddingMemoryBytes = remembers ? options.EmbeddingMemoryBytes : 0;
        return mlContext.Transforms
            .LoadByolEmbedding(Pretraining.EmbeddingColumn, Pretraining.ImageColumn, weights, options)
            .Fit(ImageFolder.ToDataView(mlContext, []));
    }
}
