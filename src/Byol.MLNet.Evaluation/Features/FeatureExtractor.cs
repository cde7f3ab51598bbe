using Byol.MLNet.Embedding;
using Byol.MLNet.Images;
using Microsoft.ML;

namespace Byol.MLNet.Evaluation.Features;

/// <summary>Computes the feature sets of pictures: K×K planar RGB bytes.</summary>
internal sealed class FeatureExtractor(MLContext mlContext, ByolEmbeddingTransformer model)
{
    private readonly SharedEncoder _untrained = new(mlContext.Transforms, model.Encoder.Untrained());

    /// <summary>S, the side of the pictures that the network sees.</summary>
    public int Size => model.Encoder.Metadata.ImageSize;

    /// <summary>K, the side of the pictures that are taken.</summary>
    public int StoredSize => model.Encoder.Metadata.StoredImageSize;

    /// <summary>Holds the trained encoder's session while it is used.</summary>
    public Shared<BatchEmbedder>.Lease Acquire() => model.Shared.Embedder.Acquire();

    /// <summary>Frees the untrained encoder's session; a later use makes it anew.</summary>
    public void LetGo() => _untrained.Embedder.LetGo();

    public IReadOnlyList<float[]> Extract(string set, IReadOnlyList<byte[]> images) => set switch
    {
        FeatureSets.Pixels => [.. images.Select(image => PixelFeatures.Of(Average(image), Size))],
        FeatureSets.Untrained => Embed(_untrained, images),
        _ => Embed(model.Shared, images),
    };

    /// <summary>The picture that the network sees: S×S planar RGB bytes.</summary>
    public byte[] Picture(byte[] image) => [.. Average(image).Select(value => (byte)Math.Round(255 * value))];

    private static float[][] Embed(SharedEncoder encoder, IReadOnlyList<byte[]> images)
    {
        using var embedder = encoder.Embedder.Acquire();
        return embedder.Value.Embed(images);
    }

    private float[] Average(byte[] image) => PixelAverage.Of(image, StoredSize, Size);
}
