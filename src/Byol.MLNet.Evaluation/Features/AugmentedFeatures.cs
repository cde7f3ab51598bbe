using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
using Byol.MLNet.Views;

namespace Byol.MLNet.Evaluation.Features;

/// <summary>Features of pictures that are flipped and slightly rotated and zoomed anew in each epoch.</summary>
internal sealed class AugmentedFeatures(FeatureSets images, string set, int seed)
{
    private static readonly ByolViewRecipe Views = ByolRecipe.Walkthrough.Views with
    {
        CropAreaMinimum = 1 / (1.1 * 1.1),
        CropAspect = 1,
        RotationDegrees = 10,
        JitterProbability = 0,
        GreyProbability = 0,
        BlurProbability = 0,
    };

    private readonly FeatureExtractor _extractor = images.Extractor;

    /// <summary>The features of all images in an epoch, which counts from 1. The ImageNet network's are those of the
    /// pictures as they are: it sees them too large to be embedded anew in each epoch.</summary>
    public IReadOnlyList<float[]> Of(int epoch)
    {
        if (set == FeatureSets.ImageNet)
        {
            return images[set];
        }
        var augmenter = new ViewAugmenter(Views, _extractor.Size, Normalization.ImageNet);
        var features = new List<float[]>(images.Count);
        using var embedder = _extractor.Acquire();
        foreach (var rows in Enumerable.Range(0, images.Count).Chunk(embedder.Value.BatchSize))
        {
            features.AddRange(_extractor.Extract(set, rows.Select(row => Augment(augmenter, epoch, row)).ToArray()));
        }
        return features;
    }

    // From S×S bytes over a view of them to the K×K bytes that the encoder's graph takes.
    private byte[] Augment(ViewAugmenter augmenter, int epoch, int row)
    {
        var pixels = images.Pictures[row];
        var size = _extractor.Size;
        var view = new float[pixels.Length];
        augmenter.Draw(pixels, size, RandomStream.For(RandomPurpose.View, seed, epoch, row), view);
        var stored = _extractor.StoredSize;
        var factor = stored / size;
        var bytes = new byte[3 * stored * stored];
        for (var i = 0; i < bytes.Length; i++)
        {
            var (channel, y, x) = (i / (stored * stored), i / stored % stored / factor, i % stored / factor);
            var value = Normalization.ImageNet.Undo(view[3 * (y * size + x) + channel], channel);
            bytes[i] = (byte)Math.Round(255 * Math.Clamp(value, 0, 1));
        }
        return bytes;
    }
}
