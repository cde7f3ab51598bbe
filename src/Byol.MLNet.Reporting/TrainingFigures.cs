namespace Byol.MLNet.Reporting;

/// <summary>The charts of a training's diagnostics over its steps.</summary>
internal sealed class TrainingFigures(IReadOnlyList<ByolProgress> progress)
{
    private const string Lines = "lines";
    private const string LinesAndMarkers = "lines+markers";

    // Fewer would leave an empty chart without markers.
    private const int ReportsWithoutMarkers = 30;

    private readonly long[] _steps = [.. progress.Select(report => report.Step)];

    private readonly ByolEncoderScores? _start =
        progress.LastOrDefault(report => report.BeforeTraining is not null)?.BeforeTraining;

    // Where views grow to full size: between the last report before and the first one after.
    private readonly (long Step, int? Size)? _leap = progress.Zip(progress.Skip(1))
        .Where(pair => pair.Second.ViewSize > pair.First.ViewSize)
        .Select(pair => ((long, int?)?)(pair.First.Step, pair.Second.ViewSize))
        .FirstOrDefault();

    private static object StepAxis => new { title = Text("step"), rangemode = "tozero" };

    private string Mode => progress.Count < ReportsWithoutMarkers ? LinesAndMarkers : Lines;

    public IReadOnlyList<Figure> All() =>
    [
        .. Probe(),
        .. NeighbourAgreement(),
        Loss(),
        Variance(),
        Similarity(),
        Single(
            "Normalised spread", "1 is healthy; below 0.1 is collapsed.", "spread", report => report.NormalizedSpread),
        Spectrum(),
        Single(
            "Effective rank",
            "Dimensions that the projection really uses.",
            "dimensions",
            report => report.EffectiveRank),
        ExplainedVariance(),
        Schedules(),
        Single(
            "Speed",
            "Training images a second, drawing of views included.",
            "images/s",
            report => report.ImagesPerSecond),
    ];

    private IEnumerable<Figure> Probe()
    {
        object[] lines =
        [
            .. AtEpochs("nearest neighbours", report => 100 * report.ProbeKnnAccuracy, 100 * _start?.ProbeKnnAccuracy),
            .. AtEpochs("linear", report => 100 * report.ProbeLinearAccuracy, 100 * _start?.ProbeLinearAccuracy),
        ];
        return lines.Length == 0 ? [] :
        [
            new(
                "Probe",
                "Accuracy in percent on the labelled images that the training does not see; "
                + "at step 0 the encoder before training.",
                lines,
                new { xaxis = StepAxis, yaxis = Axis("%") }),
        ];
    }

    private IEnumerable<Figure> NeighbourAgreement()
    {
        var start = 100 * _start?.NeighbourAgreement;
        var line = AtEpochs("neighbour agreement", report => 100 * report.NeighbourAgreement, start);
        return line.Length == 0 ? [] :
        [
            new(
                "Neighbour agreement",
                "Share of views, in percent, whose nearest other view is that of the same image; "
                + "at step 0 the encoder before training.",
                line,
                new { xaxis = StepAxis, yaxis = FromZero("%") }),
        ];
    }

    private Figure Loss()
    {
        var leap = _leap is { } grown
            ? $" At the dotted line, views grow to {grown.Size} px, and the loss starts anew from a higher value."
            : "";
        return new(
            "Loss",
            $"0 to 4; it should fall and level out. Alone it proves nothing: a collapsed encoder has the lowest.{leap}",
            [Trace("training", report => report.Loss), .. AtEpochs("held out", report => report.ValidationLoss)],
            _leap is { } at ? LossLayout(at.Step, at.Size) : new { xaxis = StepAxis, yaxis = Axis("loss") });
    }

    private static object LossLayout(long step, int? size)
    {
        var line = new { dash = "dot", width = 1 };
        var text = $"{size} px";
        return new
        {
            xaxis = StepAxis,
            yaxis = new { title = Text("loss") },
            shapes = new[] { new { type = "line", x0 = step, x1 = step, yref = "paper", y0 = 0, y1 = 1, line } },
            annotations = new[]
            {
                new { x = step, yref = "paper", y = 1, text, showarrow = false, xanchor = "right", yanchor = "top" },
            },
        };
    }

    private Figure Variance() => new(
        "Feature variance",
        "Variance of the projection over a batch; its scale is free, but it must stay above 1e-4.",
        [Trace("Feature variance", report => report.FeatureVariance)],
        new { xaxis = StepAxis, yaxis = Axis("variance", "log") });

    private Figure Similarity() => new(
        "Cosine to the target",
        "Views of one image should be far more alike than different images; "
        + "where the lines meet, the encoder collapses.",
        [
            Trace("same image", report => report.PositiveSimilarity),
            Trace("different images", report => report.NegativeSimilarity),
        ],
        new { xaxis = StepAxis, yaxis = Axis("cosine") });

    private Figure Spectrum()
    {
        var last = progress[^1];
        var line = new
        {
            type = "scatter",
            mode = Lines,
            name = "eigenvalue",
            x = Enumerable.Range(1, last.Eigenvalues.Count),
            // A logarithmic axis has no place for what rounding left at or below zero.
            y = last.Eigenvalues.Select(value => value > 0 ? value : (double?)null),
        };
        return new(
            "Spectrum at the end",
            Html.Text($"Eigenvalues of the projection's covariance; effective rank {last.EffectiveRank:F1} ")
            + $"of {last.Eigenvalues.Count}.",
            [line],
            new
            {
                xaxis = new { title = Text("dimension, by size") },
                yaxis = new { title = Text("eigenvalue"), type = "log", dtick = 1, exponentformat = "power" },
            });
    }

    private Figure ExplainedVariance()
    {
        var lowest = Math.Clamp(progress.Min(report => report.ExplainedVariance), -1, 0);
        return new(
            "Variance of the target explained",
            "The share that the predictor explains from the other view; below zero, the mean would predict better.",
            [new Scatter(Lines, "explained", _steps, Values(report => report.ExplainedVariance)) { Fill = "tozeroy" }],
            new { xaxis = StepAxis, yaxis = new { title = Text("share"), range = new[] { lowest, 1 } } });
    }

    private Figure Schedules() => new(
        "Schedules",
        "Learning rate on the left, τ on the right.",
        [
            Trace("learning rate", report => report.LearningRate),
            new Scatter(Mode, "τ", _steps, Values(report => report.Tau)) { Axis = "y2" },
        ],
        new
        {
            xaxis = StepAxis,
            yaxis = new { title = Text("learning rate") },
            yaxis2 = new { title = Text("τ"), overlaying = "y", side = "right", showgrid = false },
        });

    private Figure Single(string title, string note, string unit, Func<ByolProgress, double> value) =>
        new(title, note, [Trace(title, value)], new { xaxis = StepAxis, yaxis = FromZero(unit) });

    private static object Axis(string title, string type = "linear") =>
        new { title = Text(title), type, exponentformat = "power" };

    private static object FromZero(string title) => new { title = Text(title), rangemode = "tozero" };

    private static object Text(string text) => new { text };

    /// <summary>A line through the epochs that have the figure; none where no epoch has it.</summary>
    private object[] AtEpochs(string name, Func<ByolProgress, double?> value, double? start = null)
    {
        (long Step, double? Value)[] points =
        [
            .. progress.Select(report => (report.Step, Value: value(report)))
                .Prepend((0, start))
                .Where(point => point.Value is not null),
        ];
        var (steps, values) = (points.Select(point => point.Step), points.Select(point => point.Value));
        return points.Length == 0 ? [] : [new Scatter(LinesAndMarkers, name, steps, values)];
    }

    private Scatter Trace(string name, Func<ByolProgress, double> value) => new(Mode, name, _steps, Values(value));

    private IEnumerable<double?> Values(Func<ByolProgress, double> value) =>
        progress.Select(value).Select(number => double.IsFinite(number) ? number : (double?)null);
}
