namespace Byol.MLNet.Foundation;

/// <summary>Figures about a few measurements.</summary>
internal static class Statistics
{
    /// <summary>The middle value by size; of an even number of values the upper one of the two.</summary>
    /// <exception cref="ArgumentException">There is no value.</exception>
    public static T Median<T>(IEnumerable<T> values)
    {
        T[] sorted = [.. values.Order()];
        return sorted.Length > 0
            ? sorted[sorted.Length / 2]
            : throw new ArgumentException("There is no value.", nameof(values));
    }

    /// <summary>The sample standard deviation, whose divisor is n − 1; 0 for a single value.</summary>
    public static double SampleDeviation(IReadOnlyCollection<double> values)
    {
        var mean = values.Average();
        return values.Count < 2
            ? 0
            : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
    }
}
