using Byol.Cli.Labelling.Labels;

namespace Byol.Cli.Labelling.Classifying;

/// <summary>Labelled images: what a classifier learns from or is held to.</summary>
/// <param name="Images">Their numbers, the newest last.</param>
/// <param name="Classes">The number of each one's class.</param>
/// <param name="Names">The names of all classes by their numbers.</param>
internal sealed record LabelledImages(
    IReadOnlyList<int> Images, IReadOnlyList<int> Classes, IReadOnlyList<string> Names)
{
    private const int Folds = 5;

    public int Count => Images.Count;

    public int ClassCount => Classes.Distinct().Count();

    public static LabelledImages Of(Board board) =>
        new(board.Labelled, [.. board.Labelled.Select(image => board.Labels[image])], board.Classes);

    /// <summary>
    /// The part of the given number, and the others: each fifth label of a class is in the last part, the one before in
    /// the last but one, and so on.
    /// </summary>
    public (LabelledImages Part, LabelledImages Others) Split(int fold)
    {
        var seen = new Dictionary<int, int>();
        var parts = Enumerable.Range(0, Count).ToLookup(i =>
        {
            var number = seen.GetValueOrDefault(Classes[i]);
            seen[Classes[i]] = number + 1;
            return number % Folds == fold;
        });
        return (Select(parts[true]), Select(parts[false]));
    }

    /// <summary>The part that is held back.</summary>
    public (LabelledImages HeldBack, LabelledImages Others) HoldBack() => Split(Folds - 1);

    /// <summary>All parts, each with the others.</summary>
    public IEnumerable<(LabelledImages Part, LabelledImages Others)> SplitAll() =>
        Enumerable.Range(0, Folds).Select(Split);

    private LabelledImages Select(IEnumerable<int> rows)
    {
        int[] kept = [.. rows];
        return new LabelledImages(
            [.. kept.Select(row => Images[row])], [.. kept.Select(row => Classes[row])], Names);
    }
}
