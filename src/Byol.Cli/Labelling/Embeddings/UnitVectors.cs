using System.Numerics.Tensors;

namespace Byol.Cli.Labelling.Embeddings;

/// <summary>Embeddings of length 1, one after the other in one array.</summary>
/// <param name="values">The values.</param>
/// <param name="dimension">How many an embedding has.</param>
internal sealed class UnitVectors(float[] values, int dimension)
{
    // Large enough to be worth a thread, small enough to stay in a processor's cache.
    private const int Block = 1024;

    public int Count { get; } = values.Length / dimension;

    public int Dimension => dimension;

    public ReadOnlySpan<float> this[int row] => values.AsSpan(row * dimension, dimension);

    /// <summary>Embeddings of any length, each divided by it.</summary>
    /// <exception cref="InvalidDataException">They are more than one array holds.</exception>
    public static UnitVectors Of(IReadOnlyList<float[]> embeddings, int dimension)
    {
        var most = Array.MaxLength / dimension;
        if (embeddings.Count > most)
        {
            throw new InvalidDataException(
                $"{embeddings.Count} images are more than can be labelled at once with this model, which is {most}.");
        }
        var values = new float[embeddings.Count * dimension];
        for (var row = 0; row < embeddings.Count; row++)
        {
            Normalize(embeddings[row], values.AsSpan(row * dimension, dimension));
        }
        return new UnitVectors(values, dimension);
    }

    /// <summary>A vector divided by its length; zeros stay.</summary>
    public static float[] Normalize(float[] vector)
    {
        var unit = new float[vector.Length];
        Normalize(vector, unit);
        return unit;
    }

    /// <summary>The cosine of each row with a vector of length 1.</summary>
    public float[] Cosines(ReadOnlySpan<float> vector)
    {
        var (query, cosines) = (vector.ToArray(), new float[Count]);
        Parallel.For(0, (Count + Block - 1) / Block, block =>
        {
            for (var row = block * Block; row < Math.Min((block + 1) * Block, Count); row++)
            {
                cosines[row] = TensorPrimitives.Dot(this[row], query);
            }
        });
        return cosines;
    }

    /// <summary>The rows nearest to a vector of length 1, the nearest first.</summary>
    public (int[] Rows, float[] Cosines) Nearest(ReadOnlySpan<float> vector, int count)
    {
        var cosines = Cosines(vector);
        var nearest = new PriorityQueue<int, float>(count + 1);
        for (var row = 0; row < cosines.Length; row++)
        {
            if (nearest.Count < count)
            {
                nearest.Enqueue(row, cosines[row]);
            }
            else if (nearest.TryPeek(out _, out var least) && cosines[row] > least)
            {
                nearest.EnqueueDequeue(row, cosines[row]);
            }
        }
        int[] rows = [.. nearest.UnorderedItems.Select(item => item.Element)
            .OrderByDescending(row => cosines[row])
            .ThenBy(row => row)];
        return (rows, [.. rows.Select(row => cosines[row])]);
    }

    private static void Normalize(ReadOnlySpan<float> vector, Span<float> unit)
    {
        var length = TensorPrimitives.Norm(vector);
        if (length > 0)
        {
            TensorPrimitives.Divide(vector, length, unit);
        }
    }
}
