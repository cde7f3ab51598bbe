using System.Numerics.Tensors;

namespace Byol.MLNet.Classifiers;

/// <summary>Nearest neighbours by cosine, each voting with exp(cosine / T) (Wu et al. 2018, section 3.4).</summary>
/// <param name="neighbours">How many vote; null takes <see cref="NeighboursFor"/>.</param>
/// <param name="temperature">T.</param>
internal sealed class WeightedKnn(int? neighbours = null, double temperature = WeightedKnn.Temperature) : IClassifier
{
    public const double Temperature = 0.1;

    private const int DefaultNeighbours = 200;

    /// <summary>200, or a fifth of a smaller bank.</summary>
    public static int NeighboursFor(int bank) => Math.Max(Math.Min(DefaultNeighbours, bank / 5), 1);

    /// <summary>The vector at length 1.</summary>
    public static float[] Unit(float[] vector)
    {
        var norm = TensorPrimitives.Norm<float>(vector);
        var unit = new float[vector.Length];
        TensorPrimitives.Divide(vector, Math.Max(norm, 1e-12f), unit);
        return unit;
    }

    /// <summary>The vote shares of each class for each test row.</summary>
    public IReadOnlyList<double[]> Probabilities(LabelledVectors train, LabelledVectors test)
    {
        var bank = train with { Features = [.. train.Features.Select(Unit)] };
        var voters = Math.Min(neighbours ?? NeighboursFor(bank.Features.Count), bank.Features.Count);
        var votes = new double[test.Features.Count][];
        Parallel.For(0, votes.Length, i => votes[i] = Vote(bank, Unit(test.Features[i]), voters));
        return votes;
    }

    private double[] Vote(LabelledVectors bank, float[] query, int voters)
    {
        var order = Enumerable.Range(0, bank.Features.Count).ToArray();
        // Negative, since the sort is from the lowest.
        var cosines = bank.Features.Select(vector => -TensorPrimitives.Dot<float>(vector, query)).ToArray();
        Array.Sort(cosines, order);
        var votes = new double[bank.ClassCount];
        for (var i = 0; i < voters; i++)
        {
            votes[bank.Classes[order[i]]] += Math.Exp(-cosines[i] / temperature);
        }
        var total = votes.Sum();
        return [.. votes.Select(vote => vote / total)];
    }
}
