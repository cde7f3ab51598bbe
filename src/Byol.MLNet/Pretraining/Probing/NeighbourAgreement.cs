using System.Numerics.Tensors;

namespace Byol.MLNet.Pretraining.Probing;

/// <summary>
/// A score of an encoder without labels: the share of views whose nearest other view is that of the same image. An
/// encoder that learnt nothing gets what its random weights got.
/// </summary>
internal static class NeighbourAgreement
{
    /// <summary>Images that are looked at, where there are as many.</summary>
    public const int SampleSize = 256;

    /// <summary>What the scores of 512 views differ by without meaning: about one deviation.</summary>
    public const double Chance = 0.02;

    /// <summary>Training images between two measurements, for each image of the sample:
    /// keeps their cost within two hundredths of the training's.</summary>
    public const int ImagesBetween = 50;

    /// <summary>The score of the embeddings of two views of each image.</summary>
    public static double Of(IReadOnlyList<float[]> first, IReadOnlyList<float[]> second)
    {
        var found = Matches(first, second) + Matches(second, first);
        return found / (2.0 * first.Count);
    }

    private static int Matches(IReadOnlyList<float[]> queries, IReadOnlyList<float[]> others) =>
        Enumerable.Range(0, queries.Count).AsParallel()
        .Count(i =>
        {
            var own = TensorPrimitives.CosineSimilarity<float>(queries[i], others[i]);
            // One that is as near as the image's own view leaves it undecided, which is no match: all outputs may be
            // equal.
            return Enumerable.Range(0, others.Count)
                .All(j => j == i || TensorPrimitives.CosineSimilarity<float>(queries[i], others[j]) < own);
        });
}
