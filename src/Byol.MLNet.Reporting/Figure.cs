namespace Byol.MLNet.Reporting;

/// <summary>A chart, as plotly.js takes it: traces and layout.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Note">How to read it, in a sentence.</param>
/// <param name="Traces">plotly.js traces.</param>
/// <param name="Layout">plotly.js layout; colours of text, lines and ground are the page's.</param>
/// <param name="IsLarge">Whether it takes the page's whole width.</param>
internal sealed record Figure(
    string Title, string Note, IReadOnlyList<object> Traces, object Layout, bool IsLarge = false);

/// <summary>A part of the page: its own HTML, then charts.</summary>
internal sealed record ReportSection(string Title, string Html, IReadOnlyList<Figure> Figures);
