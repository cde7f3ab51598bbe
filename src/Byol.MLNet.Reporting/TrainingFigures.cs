using System.Globalization;

namespace Byol.MLNet.Reporting;

/// <summary>The charts of a training's diagnostics over its steps.</summary>
internal sealed class TrainingFigures(IReadOnlyList<ByolProgress> progress)
{
    private const string Lines = "lines";
    private const string LinesAndMarkers = "lines+markers";

    private readonly long[] _steps = [.. progress.Select(report => report.Step)];
    private readonly ByolEncoderScores? _start = progress.LastOrDefault(report => report.BeforeTraining is not null)?.BeforeTraining;
    private readonly (long Step, int? Size)? _leap = progress.Zip(progress.Skip(1))
        .Where(pair => pair.Second.ViewSize > pair.First.ViewSize)
        .Select(pair => ((long, int?)?)(pair.First.Step, pair.Second.ViewSize))
        .FirstOrDefault();

    public IReadOnlyList<Figure> All()
    {
        var last = progress[^1];
        return
        [
            .. Probes(),
            new("Loss", $"0 to 4; it should fall and level out. Alone it proves nothing: a collapsed encoder has the lowest.{LeapNote}", Loss(), LossLayout()),
            Single("Feature variance", "Variance of the projection over a batch; its scale is free, but it must stay above 1e-4.", report => report.FeatureVariance, Axes("variance", "log")),
            new(
                "Cosine to the target",
                "Views of one image should be far more alike than different images; where the lines meet, the encoder collapses.",
                [Trace("same image", report => report.PositiveSimilarity), Trace("different images", report => report.NegativeSimilarity)],
                Axes("cosine")),
            Single("Normalised spread", "1 is healthy; below 0.1 is collapsed.", report => report.NormalizedSpread, new { xaxis = StepAxis, yaxis = new { title = Text("spread"), rangemode = "tozero" } }),
            new(
                "Spectrum at the end",
                string.Create(CultureInfo.InvariantCulture, $"Eigenvalues of the projection's covariance; effective rank {last.EffectiveRank:F1} of {last.Eigenvalues.Count}."),
                [Spectrum(last)],
                new { xaxis = new { title = Text("dimension, by size") }, yaxis = new { title = Text("eigenvalue"), type = "log", dtick = 1, exponentformat = "power" } }),
            Single("Effective rank", "Dimensions that the projection really uses.", report => report.EffectiveRank, new { xaxis = StepAxis, yaxis = new { title = Text("dimensions"), rangemode = "tozero" } }),
            new(
                "Variance of the target explained",
                "The share that the predictor explains from the other view; below zero, the mean would predict better.",
                [Area("explained", report => report.ExplainedVariance)],
                new { xaxis = StepAxis, yaxis = new { title = Text("share"), range = new[] { Math.Clamp(progress.Min(report => report.ExplainedVariance), -1, 0), 1 } } }),
            new(
                "Schedules",
                "Learning rate on the left, τ on the right.",
                [Trace("learning rate", report => report.LearningRate), RightTrace("τ", report => report.Tau)],
                new { xaxis = StepAxis, yaxis = new { title = Text("learning rate") }, yaxis2 = new { title = Text("τ"), overlaying = "y", side = "right", showgrid = false } }),
            Single("Speed", "Training images a second, drawing of views included.", report => report.ImagesPerSecond, new { xaxis = StepAxis, yaxis = new { title = Text("images/s"), rangemode = "tozero" } }),
        ];
    }

    private static object StepAxis => new { title = Text("step"), rangemode = "tozero" };

    private static object Axes(string y, string type = "linear") => new { xaxis = StepAxis, yaxis = new { title = Text(y), type, exponentformat = "power" } };

    private static object Text(string text) => new { text };

    private static object Spectrum(ByolProgress last) => new
    {
        type = "scatter",
        mode = Lines,
        name = "eigenvalue",
        x = Enumerable.Range(1, last.Eigenvalues.Count),
        // A logarithmic axis has no place for what rounding left at or below zero.
        y = last.Eigenvalues.Select(value => value > 0 ? value : (double?)null),
    };

    private Figure Single(string title, string note, Func<ByolProgress, double> value, object layout) => new(title, note, [Trace(title, value)], layout);

    private IEnumerable<Figure> Probes()
    {
        object[] probe =
        [
            .. AtEpochs("nearest neighbours", report => 100 * report.ProbeKnnAccuracy, 100 * _start?.ProbeKnnAccuracy),
            .. AtEpochs("linear", report => 100 * report.ProbeLinearAccuracy, 100 * _start?.ProbeLinearAccuracy),
        ];
        if (probe.Length > 0)
        {
            yield return new("Probe", "Accuracy in percent on the labelled images that the training does not see; at step 0 the untrained encoder.", probe, Axes("%"));
        }
        var agreement = AtEpochs("neighbour agreement", report => 100 * report.NeighbourAgreement, 100 * _start?.NeighbourAgreement);
        if (agreement.Length > 0)
        {
            yield return new("Neighbour agreement", "Share of views, in percent, whose nearest other view is that of the same image; at step 0 the untrained encoder.", agreement, new { xaxis = StepAxis, yaxis = new { title = Text("%"), rangemode = "tozero" } });
        }
    }

    // A line where views grow to full size: between the last report before and the first one after.
    private object LossLayout() => _leap is not { } leap
        ? Axes("loss")
        : new
        {
            xaxis = StepAxis,
            yaxis = new { title = Text("loss") },
            shapes = new[] { new { type = "line", x0 = leap.Step, x1 = leap.Step, yref = "paper", y0 = 0, y1 = 1, line = new { dash = "dot", width = 1 } } },
            annotations = new[] { new { x = leap.Step, yref = "paper", y = 1, text = $"{leap.Size} px", showarrow = false, xanchor = "right", yanchor = "top" } },
        };

    private string LeapNote => _leap is { } leap ? $" At the dotted line, views grow to {leap.Size} px, and the loss starts anew from a higher value." : "";

    private object[] Loss() => [Trace("training", report => report.Loss), .. AtEpochs("held out", report => report.ValidationLoss)];

    /// <summary>A line through the epochs that have the figure; none where no epoch has it.</summary>
    private object[] AtEpochs(string name, Func<ByolProgress, double?> value, double? start = null)
    {
        (long Step, double? Value)[] points = [.. progress.Select(report => (report.Step, value(report))).Prepend((0, start)).Where(point => point.Item2 is not null)];
        return points.Length == 0
            ? []
            : [new { type = "scatter", mode = LinesAndMarkers, name, x = points.Select(point => point.Step), y = points.Select(point => point.Value) }];
    }

    private object Trace(string name, Func<ByolProgress, double> value) => new { type = "scatter", mode = Mode, name, x = _steps, y = Values(value) };

    private object RightTrace(string name, Func<ByolProgress, double> value) => new { type = "scatter", mode = Mode, name, x = _steps, y = Values(value), yaxis = "y2" };

    private object Area(string name, Func<ByolProgress, double> value) => new { type = "scatter", mode = Lines, name, x = _steps, y = Values(value), fill = "tozeroy" };

    // A run of few reports would leave an empty chart without markers.
    private string Mode => progress.Count < 30 ? LinesAndMarkers : Lines;

    private IEnumerable<double?> Values(Func<ByolProgress, double> value) =>
        progress.Select(value).Select(number => double.IsFinite(number) ? number : (double?)null);
}
