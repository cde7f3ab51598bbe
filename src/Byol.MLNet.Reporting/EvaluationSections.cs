using System.Globalization;
using System.Net;
using System.Text;
using Byol.MLNet.Evaluation;

namespace Byol.MLNet.Reporting;

/// <summary>The sections of an evaluation: the rows with error bars, and which labels are predicted as which.</summary>
internal static class EvaluationSections
{
    private static readonly string[] Columns = ["data", "classifier", "features", "accuracy", "per class", "log-loss"];

    // Beyond these, numbers would not fit in a matrix that fits on a screen; the pointer shows them.
    private const int NumberedLabels = 20;

    private const int Pairs = 6;
    private const int PicturesPerPair = 4;

    public static ReportSection Table(IReadOnlyList<EvaluationRow> rows)
    {
        var html = new StringBuilder($"<div class=\"card scroll\"><table class=\"stacked paired\"><thead><tr>{string.Concat(Columns.Select(column => $"<th>{column}</th>"))}</tr></thead><tbody>");
        foreach (var row in rows)
        {
            html.Append($"<tr class=\"{Encode(row.Features)}\">{string.Concat(Cells(row).Zip(Columns, (cell, column) => $"<td data-title=\"{column}\">{Encode(cell)}</td>"))}</tr>");
        }
        html.Append("</tbody></table></div>");
        return new ReportSection("Evaluation", html.ToString(), [.. rows.GroupBy(row => row.Data).Select(group => Bars(group.Key, [.. group]))]);
    }

    public static ReportSection Confusion(FeatureSets images, IReadOnlyList<ByolPrediction> predictions)
    {
        string[] labels = [.. images.Labels.Distinct().Order(StringComparer.Ordinal)];
        var mistakes = predictions.Where(prediction => prediction.Label != images.Labels[prediction.Image])
            .GroupBy(prediction => (True: images.Labels[prediction.Image], Predicted: prediction.Label))
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key.True, StringComparer.Ordinal)
            .Take(Pairs);
        var html = new StringBuilder("<h3>Most confused</h3><div class=\"figures\">");
        foreach (var pair in mistakes)
        {
            html.Append(CultureInfo.InvariantCulture, $"<div class=\"card\"><p><b>{Encode(pair.Key.True)}</b> predicted as <b>{Encode(pair.Key.Predicted)}</b>, {pair.Count()} times</p><div class=\"strip\">");
            foreach (var image in pair.Select(prediction => prediction.Image).Distinct().Take(PicturesPerPair))
            {
                html.Append(Pictures.Labelled(images, image));
            }
            html.Append("</div><p>Images of the other label:</p><div class=\"strip\">");
            foreach (var image in Enumerable.Range(0, images.Count).Where(row => images.Labels[row] == pair.Key.Predicted).Take(PicturesPerPair))
            {
                html.Append(Pictures.Labelled(images, image));
            }
            html.Append("</div></div>");
        }
        html.Append("</div>");
        return new ReportSection("Confusion", html.ToString(), [Matrix(labels, images, predictions)]);
    }

    private static string[] Cells(EvaluationRow row) =>
    [
        row.Data,
        Name(row.Classifier),
        row.Features,
        Text($"{100 * row.Micro:F1} %{(row.Sd > 0 ? Text($" ± {100 * row.Sd:F1}") : "")}"),
        Text($"{100 * row.Macro:F1} %"),
        Text($"{row.LogLoss:F3}"),
    ];

    private static Figure Bars(string data, IReadOnlyList<EvaluationRow> rows) => new(
        data,
        "Accuracy in percent; bars of error are the deviation over splits.",
        [
            .. FeatureSets.Names.Select(features => (object)new
            {
                type = "bar",
                name = features,
                x = rows.Where(row => row.Features == features).Select(row => Name(row.Classifier)),
                y = rows.Where(row => row.Features == features).Select(row => 100 * row.Micro),
                error_y = new { type = "data", array = rows.Where(row => row.Features == features).Select(row => 100 * row.Sd), visible = rows.Any(row => row.Sd > 0) },
            }),
        ],
        new { barmode = "group", yaxis = new { title = new { text = "%" }, rangemode = "tozero" } });

    private static Figure Matrix(string[] labels, FeatureSets images, IReadOnlyList<ByolPrediction> predictions)
    {
        var counts = labels.Select(_ => new int[labels.Length]).ToArray();
        foreach (var prediction in predictions)
        {
            counts[Array.IndexOf(labels, images.Labels[prediction.Image])][Array.IndexOf(labels, prediction.Label)]++;
        }
        return new Figure(
            "Confusion matrix",
            "Rows are the true labels, columns what the classifier on the trained encoder's features predicted; colours are shares of the row, numbers are images.",
            [
                new
                {
                    type = "heatmap",
                    x = labels,
                    y = labels,
                    z = counts.Select(row => row.Select(count => row.Sum() == 0 ? 0 : (double)count / row.Sum())),
                    zmin = 0,
                    text = counts.Select(row => row.Select(count => count == 0 ? "" : Text($"{count}"))),
                    texttemplate = labels.Length <= NumberedLabels ? "%{text}" : "",
                    customdata = counts,
                    hovertemplate = "%{y} predicted as %{x}: %{customdata} images, %{z:.0%} of the row<extra></extra>",
                    showscale = false,
                },
            ],
            new
            {
                xaxis = new { tickangle = -90, dtick = 1, tickfont = SmallText, showgrid = false },
                yaxis = new { autorange = "reversed", dtick = 1, tickfont = SmallText, showgrid = false },
            },
            IsLarge: true);
    }

    private static object SmallText => new { size = 10 };

    private static string Name(ByolClassifier classifier) => classifier.ToString().ToLowerInvariant();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
