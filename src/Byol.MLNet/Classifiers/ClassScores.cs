namespace Byol.MLNet.Classifiers;

/// <summary>Accuracies and log-loss of one classifier on one test set.</summary>
internal sealed record ClassScores(double Micro, double Macro, double LogLoss)
{
    private const double SmallestProbability = 1e-15;

    /// <summary>Standard deviation of a score over splits.</summary>
    public static double Deviation(IReadOnlyList<double> scores)
    {
        var mean = scores.Average();
        return Math.Sqrt(scores.Average(score => (score - mean) * (score - mean)));
    }

    /// <summary>Scores from the probabilities given to each class, one row for each test image.</summary>
    public static ClassScores Of(IReadOnlyList<double[]> probabilities, IReadOnlyList<int> classes)
    {
        var right = new Dictionary<int, (int Right, int Count)>();
        var logLoss = 0.0;
        for (var i = 0; i < classes.Count; i++)
        {
            var scores = probabilities[i];
            var best = Array.IndexOf(scores, scores.Max());
            var (hits, count) = right.GetValueOrDefault(classes[i]);
            right[classes[i]] = (hits + (best == classes[i] ? 1 : 0), count + 1);
            logLoss -= Math.Log(Math.Max(scores[classes[i]], SmallestProbability));
        }
        return new ClassScores(
            (double)right.Values.Sum(entry => entry.Right) / classes.Count,
            right.Values.Average(entry => (double)entry.Right / entry.Count),
            logLoss / classes.Count);
    }
}
