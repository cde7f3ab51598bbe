namespace Byol.Benchmarks.Scaling;

/// <summary>
/// What adding gradients up costs on a network, on paper: each node computes its part of a batch, then waits for the
/// sum.
/// </summary>
/// <param name="StepSeconds">A step without the exchange.</param>
/// <param name="Bytes">Gradients of a node.</param>
/// <param name="Latency">Seconds that a message takes whatever its length.</param>
internal sealed record ScalingModel(double StepSeconds, double Bytes, double Latency)
{
    /// <summary>Every node passes pieces to its neighbour, twice around.</summary>
    public static double Ring(int nodes, double bytes, double latency, double bytesPerSecond) =>
        2.0 * (nodes - 1) * (latency + bytes / nodes / bytesPerSecond);

    /// <summary>Sums go up a tree of pairs, and the result down.</summary>
    public static double Tree(int nodes, double bytes, double latency, double bytesPerSecond) =>
        2 * Math.Ceiling(Math.Log2(nodes)) * (latency + bytes / bytesPerSecond);

    /// <summary>The share of the time that is spent on computing.</summary>
    /// <param name="exchange">Seconds that the exchange takes.</param>
    public double Efficiency(double exchange) => StepSeconds / (StepSeconds + exchange);

    /// <summary>Efficiencies as a table, a row for each number of nodes.</summary>
    /// <param name="gigabits">Bandwidths in Gbit/s.</param>
    public IEnumerable<string> Table(IReadOnlyList<double> gigabits)
    {
        yield return "| nodes | " + string.Join(" | ", gigabits.Select(rate => $"{rate} Gbit/s: ring, tree")) + " |";
        yield return "|---" + string.Concat(gigabits.Select(_ => "|---")) + "|";
        for (var nodes = 2; nodes <= 64; nodes *= 2)
        {
            var cells = gigabits.Select(rate => Cell(nodes, rate * 1e9 / 8));
            yield return $"| {nodes} | {string.Join(" | ", cells)} |";
        }
    }

    private string Cell(int nodes, double bytesPerSecond) =>
        $"{Efficiency(Ring(nodes, Bytes, Latency, bytesPerSecond)):P0}, "
        + $"{Efficiency(Tree(nodes, Bytes, Latency, bytesPerSecond)):P0}";
}
