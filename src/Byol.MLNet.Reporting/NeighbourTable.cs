using System.Numerics.Tensors;
using Byol.MLNet.Evaluation;

namespace Byol.MLNet.Reporting;

/// <summary>For a handful of images, the nearest other images by cosine before and after training, and by the frozen
/// ImageNet network where that is there.</summary>
internal static class NeighbourTable
{
    private const int Queries = 8;
    private const int Neighbours = 5;

    private static readonly (string Name, string Heading)[] Sets =
    [
        (FeatureSets.Untrained, "before training"),
        (FeatureSets.Trained, "after training"),
        (FeatureSets.ImageNet, "ImageNet network"),
    ];

    public static ReportSection Create(FeatureSets images)
    {
        var isLabelled = images.HasLabels;
        var sets = Sets.Where(set => images.Sets.Contains(set.Name)).ToArray();
        var rows = Choose(images.Count).Select(query => ("", (IReadOnlyList<string>)
        [
            Pictures.Labelled(images, query, isLabelled),
            .. sets.Select(set => Html.Strip(Nearest(images[set.Name], query).Select(row => Neighbour(query, row)))),
        ]));
        var note = isLabelled ? "; a frame marks the same label" : "";
        return new ReportSection(
            "Nearest neighbours",
            $"<p>The {Neighbours} images most alike by each encoder{note}.</p>"
            + Html.Table("stacked", ["image", .. sets.Select(set => set.Heading)], rows),
            []);

        string Neighbour(int query, int row) =>
            Pictures.Labelled(images, row, isLabelled, isLabelled && images.Labels[row] == images.Labels[query]);
    }

    private static int[] Choose(int count)
    {
        int[] rows = [.. Enumerable.Range(0, count)];
        new Random(1).Shuffle(rows);
        return rows[..Math.Min(count, Queries)];
    }

    private static IEnumerable<int> Nearest(IReadOnlyList<float[]> vectors, int query) =>
        Enumerable.Range(0, vectors.Count)
            .Where(row => row != query)
            .OrderByDescending(row => TensorPrimitives.CosineSimilarity<float>(vectors[row], vectors[query]))
            .Take(Neighbours);
}
