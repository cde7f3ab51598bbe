using System.Text.Json;
using System.Text.Json.Serialization;

namespace Byol.MLNet.Foundation;

/// <summary>
/// How JSON is written and read: properties in camel case, values of enums by their names in the code, numbers that are
/// not finite as text.
/// </summary>
internal static class JsonFormat
{
    /// <summary>On one line.</summary>
    public static JsonSerializerOptions Line { get; } = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    /// <summary>For people to read: indented.</summary>
    public static JsonSerializerOptions Indented { get; } = new(Line) { WriteIndented = true };

    /// <summary>
    /// For parts of files from elsewhere, whose names are given: nothing may be missing or there twice.
    /// </summary>
    public static JsonSerializerOptions Strict { get; } = new()
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
    };
}
