using System.Text.Json;
using System.Text.Json.Serialization;

namespace Byol.MLNet.Encoders;

/// <summary>A backbone as JSON: its name. The layers of one that is not built in are kept elsewhere.</summary>
internal sealed class BackboneConverter : JsonConverter<ByolBackbone>
{
    public override ByolBackbone Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.GetString() is { } name && !string.IsNullOrWhiteSpace(name)
            ? ByolBackbone.FindBuiltIn(name) ?? ByolBackbone.Of(name, [])
            : throw new JsonException("A backbone is given by its name.");

    public override void Write(Utf8JsonWriter writer, ByolBackbone value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Name);
}
