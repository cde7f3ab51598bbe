using System.Globalization;
using System.Text;
using Byol.MLNet.Evaluation;

namespace Byol.MLNet.Reporting;

/// <summary>
/// Images with what a classifier predicted for them; wrong ones are marked by a word as well as by colour.
/// </summary>
internal static class PredictionSection
{
    private const string Style = """
        <style>
        .predictions { display: grid; grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); gap: .75rem; }
        .predictions figure { width: auto; text-align: center; }
        .predictions figure.wrong { border-color: var(--bad); }
        .predictions figcaption { white-space: normal; }
        </style>
        """;

    public static ReportSection Create(FeatureSets images, IReadOnlyList<ByolPrediction> predictions)
    {
        var isLabelled = images.HasLabels;
        var correct = predictions.Count(prediction => prediction.Label == images.Labels[prediction.Image]);
        var html = new StringBuilder(Style);
        if (isLabelled)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p>{correct} of these {predictions.Count} are correct.</p>");
        }
        html.Append("<div class=\"predictions\">");
        foreach (var prediction in predictions)
        {
            html.Append(Picture(images, prediction, isLabelled));
        }
        return new ReportSection("Predictions", html.Append("</div>").ToString(), []);
    }

    private static string Picture(FeatureSets images, ByolPrediction prediction, bool isLabelled)
    {
        var label = images.Labels[prediction.Image];
        var verdict = !isLabelled ? "" : prediction.Label == label ? "correct" : "wrong";
        var confidence = prediction.Confidence is { } share
            ? Html.Text($" ({100 * share:F0} %)")
            : "";
        var predicted = $"predicted as {prediction.Label}{confidence}";
        var caption = isLabelled ? $"{label}: {predicted}{(verdict == "wrong" ? ", wrong" : "")}" : predicted;
        return $"<figure class=\"{verdict}\">{Pictures.Element(images.Pictures[prediction.Image], caption)}"
            + $"<figcaption>{Html.Encode(caption)}</figcaption></figure>";
    }
}
