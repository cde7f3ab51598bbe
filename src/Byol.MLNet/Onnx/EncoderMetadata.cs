using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
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

    /// <exception cref="ArgumentException">The backbone's layers do not fit together, or are too large for the
    /// pictures.</exception>
    public EncoderArchitecture Architecture => new EncoderArchitecture(Backbone, Stem, Width).For(ImageSize);

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

    /// <exception cref="FormatException">An entry is missing, twice there, or not what it should be.</exception>
    public static EncoderMetadata Read(ModelProto model)
    {
        var entries = Entries(model);
        var imageSize = Parse(entries, "image_size", Integer, size => IsInRange(nameof(ByolOptions.ImageSize), size));
        var metadata = new EncoderMetadata(
            imageSize,
            Parse(
                entries,
                "stored_image_size",
                Integer,
                size => IsInRange(nameof(ByolOptions.StoredImageSize), size) && size % imageSize == 0),
            ReadBackbone(entries),
            Parse(entries, "stem", ReadStem),
            Parse(
                entries,
                "width",
                text => double.Parse(text, CultureInfo.InvariantCulture),
                width => IsInRange(nameof(ByolOptions.Width), width)),
            Parse(entries, "initialization_seed", Integer),
            Value(entries, "recipe"),
            Parse(entries, "normalize_embedding", bool.Parse),
            Value(entries, "library_version"));
        metadata.RequireArchitecture();
        return metadata;
    }

    private void RequireArchitecture()
    {
        try
        {
            _ = Architecture;
        }
        catch (ArgumentException exception)
        {
            throw new FormatException(
                $"the layers in its metadata do not fit together: {FileText.Show(exception.Message)}", exception);
        }
    }

    private static Dictionary<string, string> Entries(ModelProto model)
    {
        var entries = new Dictionary<string, string>();
        foreach (var entry in model.MetadataProps)
        {
            if (!entries.TryAdd(entry.Key, entry.Value))
            {
                throw new FormatException($"its metadata entry '{FileText.Show(entry.Key)}' is there twice");
            }
        }
        return entries;
    }

    private static ByolBackbone ReadBackbone(Dictionary<string, string> entries)
    {
        var name = Value(entries, "backbone");
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new FormatException($"its metadata entry '{Prefix}backbone' is empty");
        }
        return ByolBackbone.FindBuiltIn(name)
            ?? ByolBackbone.Of(name, Parse(entries, LayersKey, EncoderArchitecture.FromJson));
    }

    // Not Enum.Parse, which takes numbers and lists as well.
    private static ByolStem ReadStem(string text) =>
        Enum.GetValues<ByolStem>().Cast<ByolStem?>().FirstOrDefault(stem => stem.ToString() == text)
            ?? throw new FormatException("There is no such stem.");

    // A model's range is that of the option that it was trained with.
    private static bool IsInRange(string option, object value) =>
        value is not double.NaN
        && typeof(ByolOptions).GetProperty(option)!.GetCustomAttribute<RangeAttribute>()!.IsValid(value);

    private static T Parse<T>(
        Dictionary<string, string> entries, string key, Func<string, T> parse, Func<T, bool>? isValid = null)
    {
        var text = Value(entries, key);
        try
        {
            var value = parse(text);
            return isValid?.Invoke(value) != false ? value : throw new FormatException("It is out of range.");
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or JsonException)
        {
            throw new FormatException($"its metadata entry '{Prefix}{key}' is '{FileText.Show(text)}'", exception);
        }
    }

    private static int Integer(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Value(Dictionary<string, string> entries, string key) =>
        entries.TryGetValue(Prefix + key, out var value) ? value : throw new FormatException($"its metadata entry '{Prefix}{key}' is missing");

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
