using System.Globalization;
using System.Text.Json;
using Byol.MLNet.Images;
using Byol.MLNet.Networks;
using Byol.MLNet.Onnx.Format;

namespace Byol.MLNet.Onnx;

/// <summary>What a model file says of its encoder, beside the graph.</summary>
internal sealed record EncoderMetadata(
    int ImageSize,
    int StoredImageSize,
    ByolBackbone Backbone,
    ByolStem Stem,
    double Width,
    int InitializationSeed,
    string Recipe,
    bool NormalizeEmbedding,
    string LibraryVersion)
{
    private const string Prefix = "byol.";
    private const string LayersKey = "layers";

    public EncoderArchitecture Architecture => new(Backbone, Stem, Width);

    public static string CurrentLibraryVersion =>
        typeof(EncoderMetadata).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public IEnumerable<StringStringEntryProto> Entries()
    {
        IEnumerable<(string Key, string Value)> entries =
        [
            ("image_size", Text(ImageSize)),
            ("stored_image_size", Text(StoredImageSize)),
            ("mean", string.Join(",", Normalization.Mean.Select(value => Text(value)))),
            ("std", string.Join(",", Normalization.StandardDeviation.Select(value => Text(value)))),
            ("backbone", Backbone.Name),
            ("stem", Stem.ToString()),
            ("width", Text(Width)),
            ("initialization_seed", Text(InitializationSeed)),
            ("recipe", Recipe),
            ("normalize_embedding", NormalizeEmbedding ? "true" : "false"),
            ("library_version", LibraryVersion),
        ];
        if (!Backbone.IsBuiltIn)
        {
            // Whoever loads the file need not have the backbone's definition.
            entries = entries.Append((LayersKey, EncoderArchitecture.ToJson(Architecture.Layers)));
        }
        return entries.Select(entry => new StringStringEntryProto { Key = Prefix + entry.Key, Value = entry.Value });
    }

    /// <exception cref="FormatException">An entry is missing or not what it should be.</exception>
    public static EncoderMetadata Read(ModelProto model)
    {
        var entries = model.MetadataProps.ToDictionary(entry => entry.Key, entry => entry.Value);
        return new EncoderMetadata(
            Parse(entries, "image_size", int.Parse),
            Parse(entries, "stored_image_size", int.Parse),
            ReadBackbone(entries),
            Parse(entries, "stem", (text, _) => Enum.Parse<ByolStem>(text)),
            Parse(entries, "width", double.Parse),
            Parse(entries, "initialization_seed", int.Parse),
            Value(entries, "recipe"),
            Parse(entries, "normalize_embedding", (text, _) => bool.Parse(text)),
            Value(entries, "library_version"));
    }

    private static ByolBackbone ReadBackbone(Dictionary<string, string> entries)
    {
        var name = Value(entries, "backbone");
        return ByolBackbone.FindBuiltIn(name) ?? ByolBackbone.Of(name, Parse(entries, LayersKey, (text, _) => EncoderArchitecture.FromJson(text)));
    }

    private static T Parse<T>(Dictionary<string, string> entries, string key, Func<string, IFormatProvider, T> parse)
    {
        var text = Value(entries, key);
        try
        {
            return parse(text, CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException or JsonException)
        {
            throw new FormatException($"its metadata entry '{Prefix}{key}' is '{text}'", exception);
        }
    }

    private static string Value(Dictionary<string, string> entries, string key) =>
        entries.TryGetValue(Prefix + key, out var value) ? value : throw new FormatException($"its metadata entry '{Prefix}{key}' is missing");

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
