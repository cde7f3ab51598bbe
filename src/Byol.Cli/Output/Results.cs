using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Byol.Cli.Data;
using Byol.MLNet;
using Byol.MLNet.Evaluation;
using Byol.MLNet.Foundation;
using Spectre.Console;

namespace Byol.Cli.Output;

/// <summary>What a run gives, as a table on the console and as JSON in a file.</summary>
internal sealed record Results
{
    /// <summary>How all of the program's results are written.</summary>
    public static readonly JsonSerializerOptions JsonFormat = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(new LowerCase()) },
    };

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
            AtomicFile.Write(file.FullName, stream => JsonSerializer.Serialize(stream, this, JsonFormat));
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
                .AddColumns(new[] { "accuracy", "± sd", "per class", "log-loss" }.Select(name => new TableColumn(name).RightAligned()).ToArray());
            foreach (var row in group)
            {
                table.AddRow(row.Classifier.ToString().ToLowerInvariant(), row.Features, Percent(row.Micro), row.Sd > 0 ? Percent(row.Sd) : "", Percent(row.Macro), row.LogLoss.ToString("F3", CultureInfo.InvariantCulture));
            }
            Messages.Print(table);
        }
        foreach (var footer in footers ?? [])
        {
            Messages.Info(footer);
        }
    }

    private sealed class LowerCase : JsonNamingPolicy
    {
        public override string ConvertName(string name) => name.ToLowerInvariant();
    }

    public static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture) + " %";
}
