using Byol.MLNet.Embedding;
using Byol.MLNet.Images;
using Microsoft.ML;

namespace Byol.MLNet.Evaluation;

/// <summary>Computes the feature sets of pictures: K×K planar RGB bytes.</summary>
internal sealed class FeatureExtractor(MLContext mlContext, ByolEmbeddingTransformer model)
{
    private readonly BatchEmbedder _trained = new(mlContext.Transforms, model.Encoder);
    private readonly BatchEmbedder _untrained = new(mlContext.Transforms, model.Encoder.Untrained());

    public FrontEnd FrontEnd => _trained.FrontEnd;

    public int BatchSize => _trained.BatchSize;

    /// <summary>S, the side of the pictures that the network sees.</summary>
    public int Size => model.Encoder.Metadata.ImageSize;

    public IReadOnlyList<float[]> Extract(string set, IReadOnlyList<byte[]> images) => set switch
    {
        FeatureSets.Pixels => [.. images.Select(image => PixelFeatures.Of(Average(image), Size))],
        FeatureSets.Untrained => _untrained.Embed(images),
        _ => _trained.Embed(images),
    };

    /// <summary>The picture that the network sees: S×S planar RGB bytes.</summary>
    public byte[] Picture(byte[] image) => [.. Average(image).Select(value => (byte)Math.Round(255 * value))];

    private float[] Average(byte[] image) => PixelAverage.Of(image, FrontEnd.Side, Size);
}
