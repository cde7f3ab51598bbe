using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
using Byol.MLNet.Onnx.Format;
using Byol.MLNet.Options;

namespace Byol.MLNet.Onnx;

/// <summary>What a model file says of its encoder, beside the graph.</summary>
/// <param name="Recipe">What it was trained by; its layers are those of the graph.</param>
/// <param name="StoredImageSize">K, the side of the pictures that the graph takes.</param>
/// <param name="Normalization">What the graph normalises its pictures with.</param>
/// <param name="InitializationSeed">Seed of the weights that training started from.</param>
/// <param name="LibraryVersion">Version of the library that wrote it.</param>
internal sealed record EncoderMetadata(
    ByolRecipe Recipe, int StoredImageSize, Normalization Normalization, int InitializationSeed, string LibraryVersion)
{
    private const string Prefix = "byol.";
    private const string RecipeKey = "recipe";
    private const string LayersKey = "layers";
    private const string WhiteningKey = "whitening";
    private const string DigestKey = "weights_sha256";
    private const string ArithmeticKey = "arithmetic";
    private const string Int8 = "int8";

    private EncoderArchitecture? _architecture;
    private EmbeddingWhitening? _whitening;

    /// <summary>What is done to the encoder's output; null is nothing.</summary>
    [AllowNull]
    public EmbeddingWhitening Whitening
    {
        get => _whitening ??= new(ByolWhitening.None, Architecture.EmbeddingDimension);
        init => _whitening = value;
    }

    /// <summary>Whether the graph's convolutions are int8: the weights are the same.</summary>
    public bool IsInt8 { get; init; }

    /// <summary>E, the side of the pictures that the encoder sees.</summary>
    public int ImageSize => Recipe.Encoder.EmbeddedSize;

    /// <exception cref="ArgumentException">The backbone's layers do not fit together, or are too large for the
    /// pictures.</exception>
    public EncoderArchitecture Architecture => _architecture ??= Recipe.Encoder.Architecture();

    /// <summary>All weights of the model: the encoder's, and what is done to its output.</summary>
    public IReadOnlyList<TensorSpec> Tensors() =>
        [.. Architecture.Tensors(), .. Whitening.Tensors(Architecture.EmbeddingDimension)];

    /// <summary>What is written of it.</summary>
    /// <param name="weights">Digest of the graph's weights.</param>
    public IEnumerable<StringStringEntryProto> Entries(string weights)
    {
        IEnumerable<(string Key, string Value)> entries =
        [
            (RecipeKey, RecipeJson.Write(Recipe)),
            ("stored_image_size", Text(StoredImageSize)),
            ("channel_order", "RGB"),
            ("mean", Normalization.Text(Normalization.Mean)),
            ("std", Normalization.Text(Normalization.StandardDeviation)),
            ("initialization_seed", Text(InitializationSeed)),
            ("library_version", LibraryVersion),
            (DigestKey, weights),
        ];
        if (Whitening.Kind != ByolWhitening.None)
        {
            entries = entries.Append((WhiteningKey, $"{Whitening.Kind},{Text(Whitening.Dimension)}"));
        }
        if (IsInt8)
        {
            entries = entries.Append((ArithmeticKey, Int8));
        }
        if (!Recipe.Encoder.Backbone.IsBuiltIn)
        {
            // Whoever loads the file need not have the backbone's definition.
            entries = entries.Append((LayersKey, LayerJson.Write(Architecture.Layers)));
        }
        return entries.Select(entry => new StringStringEntryProto { Key = Prefix + entry.Key, Value = entry.Value });
    }

    /// <summary>The digest of a model's weights; null in models of before it was written.</summary>
    public static string? WeightsDigest(ModelProto model) =>
        model.MetadataProps.FirstOrDefault(entry => entry.Key == Prefix + DigestKey)?.Value;

    /// <exception cref="FormatException">An entry is missing, twice there, or not what it should be.</exception>
    public static EncoderMetadata Read(ModelProto model)
    {
        var entries = Entries(model);
        var recipe = ReadRecipe(entries);
        Parse(entries, "channel_order", text => text, order => order == "RGB");
        var metadata = new EncoderMetadata(
            recipe,
            Parse(
                entries,
                "stored_image_size",
                Integer,
                size => size is >= 1 and <= ByolEncoderRecipe.MaximumStoredImageSize
                    && size % recipe.Encoder.EmbeddedSize == 0),
            new Normalization(
                Parse(entries, "mean", Normalization.MeanOf), Parse(entries, "std", Normalization.DeviationOf)),
            Parse(entries, "initialization_seed", Integer),
            Value(entries, "library_version"))
        {
            IsInt8 = entries.ContainsKey(Prefix + ArithmeticKey)
                && Parse(entries, ArithmeticKey, text => text == Int8, isInt8 => isInt8),
        };
        metadata.RequireArchitecture();
        return entries.ContainsKey(Prefix + WhiteningKey)
            ? metadata with { Whitening = Parse(entries, WhiteningKey, metadata.ReadWhitening) }
            : metadata;
    }

    private EmbeddingWhitening ReadWhitening(string text)
    {
        var values = Architecture.EmbeddingDimension;
        return text.Split(',') is [var kind, var dimension]
            && (kind, Integer(dimension)) is (nameof(ByolWhitening.Pca), var kept) && kept >= 1 && kept <= values
                ? new(ByolWhitening.Pca, kept)
            : text == $"{ByolWhitening.Centred},{Text(values)}"
                ? new(ByolWhitening.Centred, values)
            : text == $"{ByolWhitening.Zca},{Text(values)}"
                ? new(ByolWhitening.Zca, values)
                : throw new FormatException("It is no whitening.");
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

    private static ByolRecipe ReadRecipe(Dictionary<string, string> entries)
    {
        var recipe = Parse(entries, RecipeKey, RecipeJson.Read);
        if (recipe.Encoder.Backbone.IsBuiltIn)
        {
            return recipe;
        }
        var layers = Parse(entries, LayersKey, LayerJson.Read);
        return recipe with
        {
            Encoder = recipe.Encoder with { Backbone = ByolBackbone.Of(recipe.Encoder.Backbone.Name, layers) },
        };
    }

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
        entries.TryGetValue(Prefix + key, out var value)
            ? value
            : throw new FormatException($"its metadata entry '{Prefix}{key}' is missing");

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
