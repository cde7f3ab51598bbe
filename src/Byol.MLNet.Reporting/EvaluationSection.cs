using Byol.MLNet.Evaluation;
using Byol.MLNet.Evaluation.Classifiers;

namespace Byol.MLNet.Reporting;

/// <summary>The rows of an evaluation, with error bars.</summary>
internal static class EvaluationSection
{
    private static readonly string[] Columns =
        ["data", "classifier", "features", "MicroAccuracy", "MacroAccuracy", "LogLoss"];

    public static ReportSection Create(IReadOnlyList<EvaluationRow> rows) => new(
        "Evaluation",
        Html.Table("stacked paired", Columns, rows.Select(row => (Html.Encode(row.Features), Cells(row))))
            + "<p>± is the sample standard deviation over splits.</p>",
        [.. rows.GroupBy(row => row.Data).Select(group => Bars(group.Key, [.. group]))]);

    private static IReadOnlyList<string> Cells(EvaluationRow row) =>
    [
        Html.Encode(row.Data),
        ClassifierList.Of(row.Classifier).Name,
        Html.Encode(row.Features),
        Html.Text($"{100 * row.MicroAccuracy:F1} %")
            + (row.Deviation > 0 ? Html.Text($" ± {100 * row.Deviation:F1}") : ""),
        Html.Text($"{100 * row.MacroAccuracy:F1} %"),
        Html.Text($"{row.LogLoss:F3}"),
    ];

    private static Figure Bars(string data, IReadOnlyList<EvaluationRow> rows) => new(
        data,
        "MicroAccuracy in percent; error bars are the sample standard deviation over splits.",
        [
            .. FeatureSets.Names
                .Select(features => (Name: features, Rows: rows.Where(row => row.Features == features).ToArray()))
                .Where(features => features.Rows.Length > 0)
                .Select(features => Trace(features.Name, features.Rows)),
        ],
        new { barmode = "group", yaxis = new { title = new { text = "%" }, rangemode = "tozero" } });

    private static object Trace(string features, EvaluationRow[] rows) => new
    {
        type = "bar",
        name = features,
        x = rows.Select(row => ClassifierList.Of(row.Classifier).Name),
        y = rows.Select(row => 100 * row.MicroAccuracy),
        error_y = new
        {
            type = "data",
            array = rows.Select(row => 100 * row.Deviation),
            visible = rows.Any(row => row.Deviation > 0),
        },
    };
}
