using System.Numerics.Tensors;
using Byol.Cli.Labelling.Embeddings;

namespace Byol.Cli.Labelling.Classifying;

/// <summary>
/// Which images to label next: those that together stand for as many of the others as they can (facility location),
/// where one that the classifier is unsure of counts more, and one that is like a labelled image no longer counts.
/// Without a classifier all count the same, which gives a diverse and typical start.
/// </summary>
internal sealed class Proposals
{
    private const int MostImages = 2000;

    private readonly UnitVectors _vectors;
    private readonly int[] _sample;
    private readonly float[][] _likeness;
    private readonly HashSet<int> _coveredBy = [];
    private float[] _covered = [];

    /// <param name="vectors">Of all images; of many a sample is looked at.</param>
    public Proposals(UnitVectors vectors)
    {
        _vectors = vectors;
        int[] images = [.. Enumerable.Range(0, vectors.Count)];
        new Random(0).Shuffle(images);
        _sample = images[..Math.Min(images.Length, MostImages)];
        _likeness = new float[_sample.Length][];
        Parallel.For(0, _sample.Length, i => _likeness[i] = LikenessTo(_sample[i]));
    }

    /// <summary>The next images to label.</summary>
    /// <param name="labelled">Those that are labelled.</param>
    /// <param name="ranking">What the classifier says; null where there is none.</param>
    /// <param name="count">How many are wanted.</param>
    public IReadOnlyList<int> Next(IReadOnlySet<int> labelled, Ranking? ranking, int count)
    {
        var weights = Array.ConvertAll(_sample, image => 1 - (ranking?.Margin[image] ?? 0));
        Cover(labelled);
        float[] covered = [.. _covered];
        var free = Enumerable.Range(0, _sample.Length).Where(i => !labelled.Contains(_sample[i])).ToHashSet();
        var chosen = new List<int>();
        while (chosen.Count < count && free.Count > 0)
        {
            var best = free.AsParallel().Select(i => (Gain: Gain(_likeness[i], covered, weights), i)).Max().i;
            free.Remove(best);
            chosen.Add(_sample[best]);
            TensorPrimitives.Max(covered, _likeness[best], covered);
        }
        return chosen;
    }

    // How like each image is to the likest labelled one. Labels that were taken back cover nothing any more.
    private void Cover(IReadOnlySet<int> labelled)
    {
        if (_covered.Length == 0 || !_coveredBy.IsSubsetOf(labelled))
        {
            _covered = new float[_sample.Length];
            _coveredBy.Clear();
        }
        foreach (var image in labelled.Where(_coveredBy.Add))
        {
            TensorPrimitives.Max(_covered, LikenessTo(image), _covered);
        }
    }

    private static float Gain(float[] likeness, float[] covered, float[] weights)
    {
        var gain = 0f;
        for (var i = 0; i < covered.Length; i++)
        {
            gain += weights[i] * Math.Max(0, likeness[i] - covered[i]);
        }
        return gain;
    }

    private float[] LikenessTo(int image)
    {
        var likeness = new float[_sample.Length];
        for (var i = 0; i < likeness.Length; i++)
        {
            likeness[i] = TensorPrimitives.Dot(_vectors[_sample[i]], _vectors[image]);
        }
        return likeness;
    }
}
