using Byol.MLNet.Embedding;
using Byol.MLNet.Encoders;
using Byol.MLNet.Images;
using Byol.MLNet.Onnx;
using Byol.MLNet.Onnx.Import;
using Microsoft.ML;

namespace Byol.MLNet.Evaluation.Features;

/// <summary>Computes the feature sets of pictures.</summary>
internal sealed class FeatureExtractor
{
    private readonly ByolEmbeddingTransformer _model;
    private readonly SharedEncoder _untrained;
    private readonly SharedEncoder? _imageNet;

    /// <param name="mlContext">The context.</param>
    /// <param name="model">The trained encoder.</param>
    /// <param name="imageNetSize">The side of the pictures that the frozen ImageNet network is shown; null leaves it
    /// out. It takes part where its file is there, and the trained encoder is another one.</param>
    public FeatureExtractor(MLContext mlContext, ByolEmbeddingTransformer model, Lazy<int>? imageNetSize)
    {
        _model = model;
        _untrained = new SharedEncoder(mlContext.Transforms, model.Encoder.Untrained());
        if (imageNetSize is not null && ByolWeights.ImageNetResNet18.Exists)
        {
            var network = PretrainedEncoder.Load(
                ByolWeights.ImageNetResNet18 with { ImageSize = imageNetSize.Value });
            _imageNet = IsSame(network, model.Encoder) ? null : new SharedEncoder(mlContext.Transforms, network);
        }
        Sets = [.. FeatureSets.Names.Where(name => name != FeatureSets.ImageNet || _imageNet is not null)];
    }

    /// <summary>The sets that are computed, in the order that tables show them.</summary>
    public IReadOnlyList<string> Sets { get; }

    /// <summary>S, the side of the pictures that the network sees.</summary>
    public int Size => _model.Encoder.Metadata.ImageSize;

    /// <summary>The side of the pictures that the ImageNet network sees; null where it takes no part.</summary>
    public int? ImageNetSize => _imageNet?.Encoder.Metadata.ImageSize;

    /// <summary>K, the side of the pictures that are taken.</summary>
    public int StoredSize => _model.Encoder.Metadata.StoredImageSize;

    /// <summary>Holds the trained encoder's session while it is used.</summary>
    public Shared<BatchEmbedder>.Lease Acquire() => _model.Shared.Embedder.Acquire();

    /// <summary>Holds the ImageNet network's session while it is used; null where it takes no part.</summary>
    public Shared<BatchEmbedder>.Lease? AcquireImageNet() => _imageNet?.Embedder.Acquire();

    /// <summary>Frees the sessions that are this one's own; a later use makes them anew.</summary>
    public void LetGo()
    {
        _untrained.Embedder.LetGo();
        _imageNet?.Embedder.LetGo();
    }

    /// <summary>A feature set of rows that were decoded.</summary>
    public IReadOnlyList<float[]> Extract(string set, IReadOnlyList<PixelRow> rows) => set == FeatureSets.ImageNet
        ? Embed(_imageNet!, [.. rows.Select(row => row.OtherPixels!)])
        : Extract(set, [.. rows.Select(row => row.Pixels!)]);

    /// <summary>A feature set of the trained encoder's pictures: K×K planar RGB bytes.</summary>
    public IReadOnlyList<float[]> Extract(string set, IReadOnlyList<byte[]> images) => set switch
    {
        FeatureSets.Pixels => [.. images.Select(image => PixelFeatures.Of(Average(image), Size))],
        FeatureSets.Untrained => Embed(_untrained, images),
        _ => Embed(_model.Shared, images),
    };

    /// <summary>The picture that the network sees: S×S planar RGB bytes.</summary>
    public byte[] Picture(byte[] image) => [.. Average(image).Select(value => (byte)Math.Round(255 * value))];

    private static IReadOnlyList<float[]> Embed(SharedEncoder encoder, IReadOnlyList<byte[]> images)
    {
        using var embedder = encoder.Embedder.Acquire();
        return [.. images.Chunk(embedder.Value.BatchSize).SelectMany(embedder.Value.Embed)];
    }

    // By what they compute, at whatever size: a file of the network may have been written by another version.
    private static bool IsSame(FrozenEncoder one, FrozenEncoder other) =>
        Description(one) == Description(other)
        && one.Metadata.Architecture.Tensors()
            .All(spec => one.Weight(spec.Name).SequenceEqual(other.Weight(spec.Name)));

    private static string Description(FrozenEncoder encoder)
    {
        var (metadata, normalization) = (encoder.Metadata, encoder.Metadata.Normalization);
        return LayerJson.Write(metadata.Architecture.Layers)
            + string.Join(' ', normalization.Mean.Concat(normalization.StandardDeviation));
    }

    private float[] Average(byte[] image) => PixelAverage.Of(image, StoredSize, Size);
}
