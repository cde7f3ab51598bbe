using System.Text.Json.Serialization;

namespace Byol.MLNet.Reporting;

/// <summary>A line of a chart, as plotly.js takes it.</summary>
internal sealed record Scatter(
    [property: JsonPropertyName("mode")] string Mode,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("x")] IEnumerable<long> X,
    [property: JsonPropertyName("y")] IEnumerable<double?> Y)
{
    [JsonPropertyName("type")]
    public string Type { get; } = "scatter";

    /// <summary>Down to where the ground below it is filled.</summary>
    [JsonPropertyName("fill")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Fill { get; init; }

    /// <summary>The axis whose scale it has, where that is not the first one.</summary>
    [JsonPropertyName("yaxis")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Axis { get; init; }
}
