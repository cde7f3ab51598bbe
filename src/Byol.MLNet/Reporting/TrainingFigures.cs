using System.Globalization;

namespace Byol.MLNet.Reporting;

/// <summary>The charts of a training's diagnostics over its steps.</summary>
internal sealed class TrainingFigures(IReadOnlyList<ByolProgress> progress)
{
    private const string Lines = "lines";
    private const string LinesAndMarkers = "lines+markers";

    private readonly long[] _steps = [.. progress.Select(report => report.Step)];

    public IReadOnlyList<Figure> All()
    {
        var last = progress[^1];
        return
        [
            .. Probes(),
            new("Loss", "0 to 4; it should fall and level out. Alone it proves nothing: a collapsed encoder has the lowest.", Loss(), Axes("loss")),
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
                new { xaxis = new { title = Text("dimension, by size") }, yaxis = new { title = Text("eigenvalue"), type = "log", exponentformat = "power" } }),
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

    private IReadOnlyList<Figure> Probes()
    {
        object[] traces = [.. AtEpochs("nearest neighbours", report => 100 * report.ProbeKnnAccuracy), .. AtEpochs("linear", report => 100 * report.ProbeLinearAccuracy)];
        return traces.Length == 0 ? [] : [new("Probe", "Accuracy in percent on the labelled images that the training does not see.", traces, Axes("%"))];
    }

    private object[] Loss() => [Trace("training", report => report.Loss), .. AtEpochs("held out", report => report.ValidationLoss)];

    /// <summary>A line through the epochs that have the figure; none where no epoch has it.</summary>
    private object[] AtEpochs(string name, Func<ByolProgress, double?> value)
    {
        ByolProgress[] epochs = [.. progress.Where(report => value(report) is not null)];
        return epochs.Length == 0
            ? []
            : [new { type = "scatter", mode = LinesAndMarkers, name, x = epochs.Select(report => report.Step), y = epochs.Select(value) }];
    }

    private object Trace(string name, Func<ByolProgress, double> value) => new { type = "scatter", mode = Mode, name, x = _steps, y = Values(value) };

    private object RightTrace(string name, Func<ByolProgress, double> value) => new { type = "scatter", mode = Mode, name, x = _steps, y = Values(value), yaxis = "y2" };

    private object Area(string name, Func<ByolProgress, double> value) => new { type = "scatter", mode = Lines, name, x = _steps, y = Values(value), fill = "tozeroy" };

    // A run of few reports would leave an empty chart without markers.
    private string Mode => progress.Count < 30 ? LinesAndMarkers : Lines;

    private IEnumerable<double?> Values(Func<ByolProgress, double> value) =>
        progress.Select(value).Select(number => double.IsFinite(number) ? number : (double?)null);
}
