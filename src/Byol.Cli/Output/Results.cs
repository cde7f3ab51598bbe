using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Byol.Cli.Data;
using Byol.MLNet;
using Byol.MLNet.Evaluation;
using Byol.MLNet.Evaluation.Classifiers;
using Byol.MLNet.Foundation;
using Spectre.Console;

namespace Byol.Cli.Output;

/// <summary>What a run gives, as a table on the console and as JSON in a file.</summary>
internal sealed record Results
{
    /// <summary>How all of the program's results are written.</summary>
    public static readonly JsonSerializerOptions Format = new(JsonFormat.Indented)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The name of the sample standard deviation's column.</summary>
    public const string DeviationColumn = "± sd";

    public IReadOnlyList<EvaluationRow>? Rows { get; init; }

    public IReadOnlyList<ByolProgress>? Epochs { get; init; }

    public bool? Collapsed { get; init; }

    /// <summary>What the training's figures say.</summary>
    public ByolTrainingState? Verdict { get; init; }

    public string? Error { get; init; }

    /// <summary>The step of the checkpoint that the run went on from.</summary>
    public long? ResumedFromStep { get; init; }

    /// <summary>Whether the run was stopped before its last step.</summary>
    public bool? Stopped { get; init; }

    /// <summary>What a search of trainers tried, the best first.</summary>
    public IReadOnlyList<object>? Runs { get; init; }

    /// <summary>Accuracy of the best trainer's saved and loaded pipeline on held-out rows.</summary>
    public double? HeldOutAccuracy { get; init; }

    /// <summary>How many images could not be read.</summary>
    public int Skipped { get; init; }

    /// <summary>All that was left out of the folders, and why.</summary>
    public IReadOnlyList<SkippedFile>? SkippedFiles { get; init; }

    /// <summary>What is in the folders.</summary>
    public IReadOnlyList<FolderSummary>? Folders { get; init; }

    /// <summary>Images and what they are, by a saved pipeline.</summary>
    public IReadOnlyList<Prediction>? Predictions { get; init; }

    public double Seconds { get; init; }

    public string? Model { get; init; }

    public int? Seed { get; init; }

    /// <summary>Writes the JSON file, whole or not at all; null writes nothing.</summary>
    public void Write(FileInfo? file)
    {
        if (file is not null)
        {
            AtomicFile.Write(file.FullName, stream => JsonSerializer.Serialize(stream, this, Format));
        }
    }

    /// <summary>Prints a table for each data set.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="footers">What is to be known about the images.</param>
    public static void PrintTable(IEnumerable<EvaluationRow> rows, IReadOnlyList<string>? footers = null)
    {
        foreach (var group in rows.GroupBy(row => row.Data))
        {
            var table = new Table().Title(Markup.Escape(Printable.Escape(group.Key))).Border(TableBorder.Ascii2)
                .AddColumns("classifier", "features")
                .AddColumns(Numbers(
                    nameof(EvaluationRow.MicroAccuracy),
                    DeviationColumn,
                    nameof(EvaluationRow.MacroAccuracy),
                    nameof(EvaluationRow.LogLoss)));
            foreach (var row in group)
            {
                table.AddRow(
                    ClassifierList.Of(row.Classifier).Name,
                    row.Features,
                    Percent(row.MicroAccuracy),
                    row.Deviation > 0 ? Percent(row.Deviation) : "",
                    Percent(row.MacroAccuracy),
                    row.LogLoss.ToString("F3", CultureInfo.InvariantCulture));
            }
            Messages.Print(table);
        }
        Messages.Info(footers ?? []);
    }

    /// <summary>Columns of numbers.</summary>
    public static TableColumn[] Numbers(params string[] names) =>
        [.. names.Select(name => new TableColumn(name).RightAligned())];

    public static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture) + " %";
}
