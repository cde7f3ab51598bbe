using System.Numerics.Tensors;

namespace Byol.MLNet.Classifiers;

/// <summary>Nearest neighbours by cosine, each voting with exp(cosine / T) (Wu et al. 2018, section 3.4).</summary>
internal static class WeightedKnn
{
    public const int DefaultNeighbours = 200;
    public const double Temperature = 0.1;

    /// <summary>200, or a fifth of a smaller bank.</summary>
    public static int NeighboursFor(int bank) => Math.Max(Math.Min(DefaultNeighbours, bank / 5), 1);

    /// <summary>The vote shares of each class for each query.</summary>
    public static double[][] Votes(
        IReadOnlyList<float[]> bank, IReadOnlyList<int> bankClasses, IReadOnlyList<float[]> queries, int classes, int neighbours, double temperature = Temperature)
    {
        float[][] unitBank = [.. bank.Select(Unit)];
        var votes = new double[queries.Count][];
        Parallel.For(0, queries.Count, i => votes[i] = Vote(unitBank, bankClasses, Unit(queries[i]), classes, neighbours, temperature));
        return votes;
    }

    private static double[] Vote(float[][] bank, IReadOnlyList<int> bankClasses, float[] query, int classes, int neighbours, double temperature)
    {
        var cosines = new float[bank.Length];
        var order = new int[bank.Length];
        for (var i = 0; i < bank.Length; i++)
        {
            cosines[i] = -TensorPrimitives.Dot<float>(bank[i], query);
            order[i] = i;
        }
        Array.Sort(cosines, order);
        var votes = new double[classes];
        for (var i = 0; i < Math.Min(neighbours, order.Length); i++)
        {
            votes[bankClasses[order[i]]] += Math.Exp(-cosines[i] / temperature);
        }
        var total = votes.Sum();
        return [.. votes.Select(vote => vote / total)];
    }

    /// <summary>The vector at length 1.</summary>
    public static float[] Unit(float[] vector)
    {
        var norm = TensorPrimitives.Norm<float>(vector);
        var unit = new float[vector.Length];
        TensorPrimitives.Divide(vector, Math.Max(norm, 1e-12f), unit);
        return unit;
    }
}
