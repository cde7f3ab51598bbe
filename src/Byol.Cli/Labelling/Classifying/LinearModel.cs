using System.Numerics.Tensors;
using Byol.Cli.Labelling.Embeddings;

namespace Byol.Cli.Labelling.Classifying;

/// <summary>A linear classifier on unit vectors: one row of weights and one bias a class.</summary>
/// <param name="classes">The numbers of the classes that it knows.</param>
/// <param name="weights">Their weights.</param>
/// <param name="biases">Their biases.</param>
internal sealed class LinearModel(IReadOnlyList<int> classes, float[][] weights, float[] biases)
{
    private const int Block = 256;

    /// <summary>The numbers of the classes that it knows.</summary>
    public IReadOnlyList<int> Classes => classes;

    /// <summary>What it says of all images: one product of two matrices.</summary>
    public Ranking Rank(UnitVectors vectors)
    {
        var count = vectors.Count;
        var (predicted, confidence, margin) = (new int[count], new float[count], new float[count]);
        Parallel.For(0, (count + Block - 1) / Block, block =>
        {
            Span<float> scores = new float[classes.Count];
            for (var row = block * Block; row < Math.Min((block + 1) * Block, count); row++)
            {
                Probabilities(vectors[row], scores);
                var best = TensorPrimitives.IndexOfMax<float>(scores);
                (predicted[row], confidence[row]) = (classes[best], scores[best]);
                scores[best] = float.NegativeInfinity;
                margin[row] = confidence[row] - TensorPrimitives.Max<float>(scores);
            }
        });
        return new Ranking(predicted, confidence, margin);
    }

    /// <summary>The probability of each class that it knows.</summary>
    public void Probabilities(ReadOnlySpan<float> vector, Span<float> probabilities)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            probabilities[i] = biases[i] + TensorPrimitives.Dot(vector, weights[i]);
        }
        TensorPrimitives.SoftMax(probabilities, probabilities);
    }
}
