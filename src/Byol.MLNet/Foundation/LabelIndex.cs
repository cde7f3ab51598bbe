namespace Byol.MLNet.Foundation;

/// <summary>Labels and their numbers: from 0, in the labels' ordinal order.</summary>
internal sealed class LabelIndex
{
    private readonly Dictionary<string, int> _numbers;

    /// <param name="labels">The labels, each as often as it comes.</param>
    public LabelIndex(IEnumerable<string> labels)
    {
        Labels = [.. labels.Distinct().Order(StringComparer.Ordinal)];
        _numbers = Labels.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
    }

    /// <summary>Each label once, in the order of their numbers.</summary>
    public IReadOnlyList<string> Labels { get; }

    public int Count => Labels.Count;

    /// <exception cref="KeyNotFoundException">The label is none of these.</exception>
    public int this[string label] => _numbers[label];

    /// <summary>The numbers of labels, one for each.</summary>
    /// <exception cref="KeyNotFoundException">A label is none of these.</exception>
    public IReadOnlyList<int> NumbersOf(IEnumerable<string> labels) => [.. labels.Select(label => _numbers[label])];

    /// <summary>The first that comes a single time; null where all come twice or more.</summary>
    public static string? FirstSingle(IEnumerable<string> labels) =>
        labels.GroupBy(label => label).FirstOrDefault(group => group.Count() == 1)?.Key;

    /// <summary>The first that is none of these; null where all are known.</summary>
    public string? FirstUnknown(IEnumerable<string> labels) =>
        labels.FirstOrDefault(label => !_numbers.ContainsKey(label));
}
