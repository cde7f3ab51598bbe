namespace Byol.Cli.Output;

/// <summary>Values of comma-separated files.</summary>
internal static class Csv
{
    /// <summary>The value, in quotation marks where it needs them.</summary>
    public static string Quote(string text) =>
        text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
