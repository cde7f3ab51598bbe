namespace Byol.Cli.Labelling;

/// <summary>Images in the order of a tab.</summary>
/// <param name="Ids">Their numbers.</param>
/// <param name="Scores">What they are ordered by; null where that is nothing.</param>
/// <param name="Groups">The number of each one's group; null where there are none.</param>
/// <param name="Others">The number of the class that each one should rather have; null where that is not known.</param>
internal sealed record ImageOrder(
    IReadOnlyList<int> Ids,
    IReadOnlyList<float>? Scores = null,
    IReadOnlyList<int>? Groups = null,
    IReadOnlyList<int>? Others = null)
{
    public static ImageOrder Of(IReadOnlyList<(int Image, float Score)> scored) =>
        new([.. scored.Select(image => image.Image)], [.. scored.Select(image => image.Score)]);

    /// <summary>Those that pass.</summary>
    public ImageOrder Where(Func<int, bool> passes)
    {
        int[] kept = [.. Ids.Index().Where(entry => passes(entry.Item)).Select(entry => entry.Index)];
        return new ImageOrder(Pick(Ids)!, Pick(Scores), Pick(Groups), Pick(Others));

        IReadOnlyList<T>? Pick<T>(IReadOnlyList<T>? values) =>
            values is null ? null : [.. kept.Select(i => values[i])];
    }
}
