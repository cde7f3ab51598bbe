using System.Globalization;
using System.Text;
using Byol.Cli.Output;

namespace Byol.Cli.Labelling.Labels;

/// <summary>How a labels file writes its lines: path, label and time in the order of its first line.</summary>
/// <param name="Columns">The columns' names.</param>
/// <param name="NewLine">What ends a line.</param>
internal sealed record LabelCsv(IReadOnlyList<string> Columns, string NewLine)
{
    private const string Path = "path";
    private const string Label = "label";
    private const string Time = "time";
    private const string TimeExample = "0000-00-00T00:00:00.000Z";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>A new file's.</summary>
    public static LabelCsv Default { get; } = new([Path, Label, Time], "\n");

    public string Header => Line(Columns);

    private bool HasTime => Columns.Contains(Time);

    /// <summary>Reads the first line.</summary>
    /// <exception cref="FormatException">A column is missing.</exception>
    public static LabelCsv OfHeader(CsvRecord header)
    {
        string[] columns = [.. header.Values.Select(name => name.Trim('\uFEFF', ' ').ToLowerInvariant())];
        foreach (var name in (string[])[Path, Label])
        {
            if (columns.Count(column => column == name) != 1)
            {
                throw new FormatException($"its first line must name the column '{name}' once, as in path,label,time");
            }
        }
        return new LabelCsv(columns, header.NewLine is "" ? Default.NewLine : header.NewLine);
    }

    /// <summary>
    /// Whether a last line without an end is a whole one, such as an editor leaves, rather than what a kill left of it.
    /// </summary>
    public bool IsWhole(CsvRecord record) =>
        !record.IsOpen
        && record.Values.Count == Columns.Count
        && (!HasTime || IsWholeTime(record.Values[Columns.Index().First(column => column.Item == Time).Index]));

    /// <exception cref="FormatException">The line has another number of values than the first.</exception>
    public LabelLine Read(CsvRecord record)
    {
        if (record.Values.Count != Columns.Count)
        {
            throw new FormatException(
                $"line {record.Number} has {record.Values.Count} values, and the first line {Columns.Count}");
        }
        var label = Value(Label).Trim();
        var time = HasTime && TryReadTime(Value(Time), out var read) ? read : DateTime.UnixEpoch;
        return new LabelLine(Value(Path), label.Length > 0 ? label : null, time);

        string Value(string name) => record.Values[Columns.Index().First(column => column.Item == name).Index];
    }

    public string Write(LabelLine line) => Line(Columns.Select(column => column switch
    {
        Path => line.Path,
        Label => line.Label ?? "",
        Time => line.Time.ToString(TimeFormat, CultureInfo.InvariantCulture),
        _ => "",
    }));

    // Another program writes times in its own way; what a kill leaves is the beginning of one of ours.
    private static bool IsWholeTime(string text) => TryReadTime(text, out _)
        || text.Length >= TimeExample.Length
        || text.Zip(TimeExample).Any(pair => pair.Second == '0' ? !char.IsAsciiDigit(pair.First)
            : pair.First != pair.Second);

    private static bool TryReadTime(string text, out DateTime time) => DateTime.TryParseExact(
        text,
        TimeFormat,
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
        out time);

    private string Line(IEnumerable<string> values) =>
        new StringBuilder().AppendJoin(',', values.Select(Csv.Quote)).Append(NewLine).ToString();
}
