using Byol.MLNet.Evaluation;
using Byol.MLNet.Foundation;

namespace Byol.MLNet.Reporting;

/// <summary>Which labels are predicted as which.</summary>
internal static class ConfusionSection
{
    // Beyond these, numbers would not fit in a matrix that fits on a screen; the pointer shows them.
    private const int NumberedLabels = 20;

    private const int Pairs = 6;
    private const int PicturesPerPair = 4;

    private static object SmallText => new { size = 10 };

    public static ReportSection Create(FeatureSets images, IReadOnlyList<ByolPrediction> predictions)
    {
        var mistakes = predictions
            .Where(prediction => prediction.Label != images.Labels[prediction.Image])
            .GroupBy(prediction => (True: images.Labels[prediction.Image], Predicted: prediction.Label))
            .OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key.True, StringComparer.Ordinal)
            .Take(Pairs)
            .Select(group => Pair(images, group.Key.True, group.Key.Predicted, [.. group]));
        return new ReportSection(
            "Confusion",
            $"<h3>Most confused</h3><div class=\"figures\">{string.Concat(mistakes)}</div>",
            [Matrix(images, predictions)]);
    }

    private static string Pair(FeatureSets images, string label, string predicted, ByolPrediction[] mistakes)
    {
        var mistaken = mistakes.Select(prediction => prediction.Image).Distinct();
        var others = Enumerable.Range(0, images.Count).Where(row => images.Labels[row] == predicted);
        var title =
            $"<b>{Html.Encode(label)}</b> predicted as <b>{Html.Encode(predicted)}</b>, {mistakes.Length} times";
        return $"<div class=\"card\"><p>{title}</p>{Strip(mistaken)}"
            + $"<p>Images of the other label:</p>{Strip(others)}</div>";

        string Strip(IEnumerable<int> rows) =>
            Html.Strip(rows.Take(PicturesPerPair).Select(row => Pictures.Labelled(images, row)));
    }

    private static Figure Matrix(FeatureSets images, IReadOnlyList<ByolPrediction> predictions)
    {
        // A classifier may know labels that none of these images has.
        var index = new LabelIndex([.. images.Labels, .. predictions.Select(prediction => prediction.Label)]);
        var counts = index.Labels.Select(_ => new int[index.Count]).ToArray();
        foreach (var prediction in predictions)
        {
            counts[index[images.Labels[prediction.Image]]][index[prediction.Label]]++;
        }
        return new Figure(
            "Confusion matrix",
            "Rows are the true labels, columns what the classifier on the trained encoder's features predicted; "
            + "colours are shares of the row, numbers are images.",
            [HeatMap(index.Labels, counts)],
            new
            {
                xaxis = new { tickangle = -90, dtick = 1, tickfont = SmallText, showgrid = false },
                yaxis = new { autorange = "reversed", dtick = 1, tickfont = SmallText, showgrid = false },
            },
            IsLarge: true);
    }

    private static object HeatMap(IReadOnlyList<string> labels, int[][] counts) => new
    {
        type = "heatmap",
        x = labels,
        y = labels,
        z = counts.Select(row => row.Select(count => row.Sum() == 0 ? 0 : (double)count / row.Sum())),
        zmin = 0,
        text = counts.Select(row => row.Select(count => count == 0 ? "" : Html.Text($"{count}"))),
        texttemplate = labels.Count <= NumberedLabels ? "%{text}" : "",
        customdata = counts,
        hovertemplate = "%{y} predicted as %{x}: %{customdata} images, %{z:.0%} of the row<extra></extra>",
        showscale = false,
    };
}
