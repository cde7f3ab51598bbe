using System.Globalization;
using System.Net;
using System.Text;

namespace Byol.MLNet.Reporting;

/// <summary>The sections of an evaluation: the rows with error bars, and which labels are taken for which.</summary>
internal static class EvaluationSections
{
    private const int Pairs = 6;
    private const int PicturesPerPair = 4;

    public static ReportSection Table(IReadOnlyList<EvaluationRow> rows)
    {
        var html = new StringBuilder("<div class=\"scroll\"><table><thead><tr><th>data</th><th>classifier</th><th>features</th><th>accuracy</th><th>per class</th><th>log-loss</th></tr></thead><tbody>");
        foreach (var row in rows)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr class=\"{row.Features}\"><td>{Encode(row.Data)}</td><td>{Name(row.Classifier)}</td><td>{Encode(row.Features)}</td><td>{100 * row.Micro:F1} %{(row.Sd > 0 ? string.Create(CultureInfo.InvariantCulture, $" ± {100 * row.Sd:F1}") : "")}</td><td>{100 * row.Macro:F1} %</td><td>{row.LogLoss:F3}</td></tr>");
        }
        html.Append("</tbody></table></div>");
        return new ReportSection("Evaluation", html.ToString(), [.. rows.GroupBy(row => row.Data).Select(group => Bars(group.Key, [.. group]))]);
    }

    public static ReportSection Confusion(FeatureSets images, IReadOnlyList<ByolPrediction> predictions)
    {
        string[] labels = [.. images.Labels.Distinct().Order(StringComparer.Ordinal)];
        var mistakes = predictions.Where(prediction => prediction.Label != images.Labels[prediction.Image])
            .GroupBy(prediction => (True: images.Labels[prediction.Image], Taken: prediction.Label))
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key.True, StringComparer.Ordinal)
            .Take(Pairs);
        var html = new StringBuilder("<h3>Most confused</h3>");
        foreach (var pair in mistakes)
        {
            html.Append(CultureInfo.InvariantCulture, $"<div class=\"confused\"><p><b>{Encode(pair.Key.True)}</b> taken for <b>{Encode(pair.Key.Taken)}</b>, {pair.Count()} times</p><div class=\"strip\">");
            foreach (var image in pair.Select(prediction => prediction.Image).Distinct().Take(PicturesPerPair))
            {
                html.Append(NeighbourSheet.Picture(images, image, showLabel: true, isRight: null));
            }
            html.Append("<span>↔</span>");
            foreach (var image in Enumerable.Range(0, images.Count).Where(row => images.Labels[row] == pair.Key.Taken).Take(PicturesPerPair))
            {
                html.Append(NeighbourSheet.Picture(images, image, showLabel: true, isRight: null));
            }
            html.Append("</div></div>");
        }
        return new ReportSection("Confusion", html.ToString(), [Matrix(labels, images, predictions)]);
    }

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
            "Rows are the true labels, columns what the classifier on the trained encoder's features took them for: shares of the row.",
            [
                new
                {
                    type = "heatmap",
                    x = labels,
                    y = labels,
                    z = counts.Select(row => row.Select(count => row.Sum() == 0 ? 0 : (double)count / row.Sum())),
                    zmin = 0,
                    hovertemplate = "%{y} taken for %{x}: %{z:.0%}<extra></extra>",
                    colorbar = new { tickformat = ".0%" },
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

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
