using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Plotly.NET;

namespace Byol.MLNet.Reporting;

/// <summary>
/// One page that needs no network: style, script, figures and plotly.js, which the package Plotly.NET carries, are
/// inside it. Figures are given to plotly.js in its own JSON: Plotly.NET's builders are made for F#.
/// </summary>
internal static class HtmlPage
{
    private const string PlotlyPrefix = "Plotly.NET.plotly-";
    private const string PlotlySuffix = ".min.js";

    private static readonly JsonSerializerOptions FigureFormat = new() { Converters = { new FiniteNumbers() } };

    public static void Write(Stream stream, string title, IReadOnlyList<ReportSection> sections)
    {
        using var page = new StreamWriter(
            stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        page.Write($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Html.Encode(title)}</title>
            <style>
            {Own("report.css")}</style>
            </head>
            <body>
            <h1>{Html.Encode(title)}</h1>

            """);
        var figures = new List<object>();
        foreach (var section in sections)
        {
            page.Write($"<section>\n<h2>{Html.Encode(section.Title)}</h2>\n{section.Html}\n<div class=\"figures\">\n");
            foreach (var figure in section.Figures)
            {
                page.Write(Card(figure, figures.Count));
                figures.Add(new { traces = figure.Traces, layout = figure.Layout });
            }
            page.Write("</div>\n</section>\n");
        }
        // The serialiser escapes '<', so that no text can end the script element.
        page.Write($"""
            <script>{PlotlyScript()}</script>
            <script id="figures" type="application/json">{JsonSerializer.Serialize(figures, FigureFormat)}</script>
            <script>
            {Own("report.js")}</script>
            </body>
            </html>

            """);
    }

    private static string Card(Figure figure, int number) =>
        $"<div class=\"card{(figure.IsLarge ? " large" : "")}\"><h3>{Html.Encode(figure.Title)}</h3>"
        + $"<div class=\"plot\" id=\"figure{number}\"></div><p>{Html.Encode(figure.Note)}</p></div>\n";

    private static string Own(string name) => Read(typeof(HtmlPage).Assembly, $"Byol.MLNet.Reporting.{name}");

    private static string PlotlyScript()
    {
        var assembly = typeof(GenericChart).Assembly;
        return Read(assembly, assembly.GetManifestResourceNames().Single(name =>
            name.StartsWith(PlotlyPrefix, StringComparison.Ordinal)
            && name.EndsWith(PlotlySuffix, StringComparison.Ordinal)));
    }

    private static string Read(System.Reflection.Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    /// <summary>A training that fails has figures that are no numbers: a gap in the chart.</summary>
    private sealed class FiniteNumbers : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
            {
                writer.WriteNumberValue(value);
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }
}
