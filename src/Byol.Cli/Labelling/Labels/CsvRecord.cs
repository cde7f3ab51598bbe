using System.Text;

namespace Byol.Cli.Labelling.Labels;

/// <summary>A record of a comma-separated file, which may go over several lines where values are quoted.</summary>
/// <param name="Values">Its values.</param>
/// <param name="Number">The number of its first line, from 1.</param>
/// <param name="Start">Where it begins in the text.</param>
/// <param name="NewLine">What ends it; empty at the end of a text that has none there.</param>
/// <param name="IsOpen">Whether the text ends within quotation marks.</param>
internal sealed record CsvRecord(IReadOnlyList<string> Values, int Number, int Start, string NewLine, bool IsOpen)
{
    /// <summary>All records of a text; empty lines are none.</summary>
    public static IEnumerable<CsvRecord> ReadAll(string text)
    {
        for (var (position, line) = (0, 1); position < text.Length;)
        {
            var record = Read(text, line, ref position);
            line += text.AsSpan(record.Start, position - record.Start).Count('\n');
            if (record.IsOpen || record.Values is not [""])
            {
                yield return record;
            }
        }
    }

    private static CsvRecord Read(string text, int line, ref int position)
    {
        var start = position;
        var values = new List<string>();
        var value = new StringBuilder();
        var isQuoted = false;
        while (position < text.Length)
        {
            var character = text[position++];
            var next = position < text.Length ? text[position] : '\0';
            if (character == '"' && isQuoted && next == '"')
            {
                value.Append('"');
                position++;
            }
            else if (character == '"' && (isQuoted || value.Length == 0))
            {
                isQuoted = !isQuoted;
            }
            else if (character == ',' && !isQuoted)
            {
                values.Add(value.ToString());
                value.Clear();
            }
            else if (character is '\r' or '\n' && !isQuoted)
            {
                var isPair = character == '\r' && next == '\n';
                position += isPair ? 1 : 0;
                return new CsvRecord(
                    [.. values, value.ToString()], line, start, isPair ? "\r\n" : character.ToString(), IsOpen: false);
            }
            else
            {
                value.Append(character);
            }
        }
        return new CsvRecord([.. values, value.ToString()], line, start, NewLine: "", isQuoted);
    }
}
