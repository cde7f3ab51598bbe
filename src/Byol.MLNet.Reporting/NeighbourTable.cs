using System.Numerics.Tensors;
using System.Text;
using Byol.MLNet.Evaluation;

namespace Byol.MLNet.Reporting;

/// <summary>For a handful of images, the nearest other images by cosine before and after training.</summary>
internal static class NeighbourTable
{
    private const int Queries = 8;
    private const int Neighbours = 5;

    private static readonly (string Set, string Title)[] Sets = [(FeatureSets.Untrained, "before training"), (FeatureSets.Trained, "after training")];

    public static ReportSection Create(FeatureSets images)
    {
        var isLabelled = images.HasLabels;
        var html = new StringBuilder($"<div class=\"card scroll\"><table class=\"stacked\"><thead><tr><th>image</th><th>{Sets[0].Title}</th><th>{Sets[1].Title}</th></tr></thead><tbody>");
        foreach (var query in Choose(images.Count))
        {
            html.Append("<tr><td>").Append(Pictures.Labelled(images, query, isLabelled)).Append("</td>");
            foreach (var (set, title) in Sets)
            {
                html.Append($"<td data-title=\"{title}\"><div class=\"strip\">");
                foreach (var neighbour in Nearest(images[set], query))
                {
                    html.Append(Pictures.Labelled(images, neighbour, isLabelled, isLabelled && images.Labels[neighbour] == images.Labels[query]));
                }
                html.Append("</div></td>");
            }
            html.Append("</tr>");
        }
        html.Append("</tbody></table></div>");
        return new ReportSection(
            "Nearest neighbours",
            $"<p>The {Neighbours} images most alike by the untrained and by the trained encoder{(isLabelled ? "; a frame marks the same label" : "")}.</p>{html}",
            []);
    }

    private static int[] Choose(int count)
    {
        int[] rows = [.. Enumerable.Range(0, count)];
        new Random(1).Shuffle(rows);
        return rows[..Math.Min(count, Queries)];
    }

    private static IEnumerable<int> Nearest(IReadOnlyList<float[]> vectors, int query) => Enumerable.Range(0, vectors.Count)
        .Where(row => row != query)
        .OrderByDescending(row => TensorPrimitives.CosineSimilarity<float>(vectors[row], vectors[query]))
        .Take(Neighbours);
}
