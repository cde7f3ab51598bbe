using System.Numerics.Tensors;

namespace Byol.MLNet.Classifiers;

/// <summary>ML.NET's metrics of one classifier on one test set.</summary>
/// <param name="MicroAccuracy">Share of rows whose class was predicted, 0 to 1.</param>
/// <param name="MacroAccuracy">Mean over classes of the accuracy on each, 0 to 1.</param>
/// <param name="LogLoss">Mean of −ln of the true class's probability.</param>
internal sealed record ClassScores(double MicroAccuracy, double MacroAccuracy, double LogLoss)
{
    private const double SmallestProbability = 1e-15;

    /// <summary>The class of the highest probability; the first of equal ones.</summary>
    public static int Predicted(double[] probabilities) => TensorPrimitives.IndexOfMax<double>(probabilities);

    /// <summary>Scores from the probabilities given to each class, one row for each test image.</summary>
    public static ClassScores Of(IReadOnlyList<double[]> probabilities, IReadOnlyList<int> classes)
    {
        var hits = new Dictionary<int, (int Correct, int Count)>();
        var logLoss = 0.0;
        foreach (var (scores, row) in probabilities.Zip(classes))
        {
            var (correct, count) = hits.GetValueOrDefault(row);
            hits[row] = (correct + (Predicted(scores) == row ? 1 : 0), count + 1);
            logLoss -= Math.Log(Math.Max(scores[row], SmallestProbability));
        }
        return new ClassScores(
            (double)hits.Values.Sum(entry => entry.Correct) / classes.Count,
            hits.Values.Average(entry => (double)entry.Correct / entry.Count),
            logLoss / classes.Count);
    }
}
