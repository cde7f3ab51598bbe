using Byol.MLNet.Foundation;

namespace Byol.MLNet.Classifiers;

/// <summary>Splits rows in two with every class in the same proportion.</summary>
internal static class StratifiedSplit
{
    /// <summary>Row numbers; a class of two or more rows has at least one on either side.</summary>
    public static (IReadOnlyList<int> Train, IReadOnlyList<int> Test) Draw(
        IReadOnlyList<int> classes, double trainFraction, RandomStream random) =>
        Draw(
            classes,
            rows => rows == 1 ? 1 : Math.Clamp((int)Math.Round(rows * trainFraction), 1, rows - 1),
            random);

    /// <summary>Row numbers: so many of each class, and all others.</summary>
    public static (IReadOnlyList<int> Train, IReadOnlyList<int> Test) Draw(
        IReadOnlyList<int> classes, int trainRows, RandomStream random) =>
        Draw(classes, rows => Math.Min(rows, trainRows), random);

    private static (IReadOnlyList<int> Train, IReadOnlyList<int> Test) Draw(
        IReadOnlyList<int> classes, Func<int, int> trainRows, RandomStream random)
    {
        var (train, test) = (new List<int>(), new List<int>());
        var groups = Enumerable.Range(0, classes.Count).GroupBy(row => classes[row]).OrderBy(group => group.Key);
        foreach (var group in groups)
        {
            int[] rows = [.. group];
            random.Shuffle<int>(rows);
            var count = trainRows(rows.Length);
            train.AddRange(rows[..count]);
            test.AddRange(rows[count..]);
        }
        return (train, test);
    }
}
