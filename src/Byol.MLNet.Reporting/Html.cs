using System.Globalization;
using System.Net;

namespace Byol.MLNet.Reporting;

/// <summary>Text inside the page.</summary>
internal static class Html
{
    /// <summary>The text as the page shows it, whatever is in it.</summary>
    public static string Encode(string text) => WebUtility.HtmlEncode(text);

    /// <summary>The text with its numbers as in English.</summary>
    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A table that is read on a phone too: a cell tells its column.</summary>
    /// <param name="style">Classes of the table.</param>
    /// <param name="columns">The columns' names.</param>
    /// <param name="rows">The rows, each a class and its cells in HTML.</param>
    public static string Table(
        string style, IReadOnlyList<string> columns, IEnumerable<(string Style, IReadOnlyList<string> Cells)> rows)
    {
        var head = string.Concat(columns.Select(column => $"<th>{Encode(column)}</th>"));
        var body = string.Concat(rows.Select(row => $"<tr class=\"{row.Style}\">{Cells(row.Cells)}</tr>"));
        return $"<div class=\"card scroll\"><table class=\"{style}\"><thead><tr>{head}</tr></thead>"
            + $"<tbody>{body}</tbody></table></div>";

        string Cells(IReadOnlyList<string> cells) =>
            string.Concat(cells.Zip(columns, (cell, column) => $"<td data-title=\"{Encode(column)}\">{cell}</td>"));
    }

    /// <summary>Pictures side by side.</summary>
    public static string Strip(IEnumerable<string> pictures) => $"<div class=\"strip\">{string.Concat(pictures)}</div>";
}
