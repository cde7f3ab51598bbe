using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Byol.MLNet.Foundation;

namespace Byol.MLNet.Encoders;

/// <summary>
/// Layers as JSON, each with the name of its kind: what a model file holds of a caller's own encoder.
/// </summary>
internal static class LayerJson
{
    private static readonly ConcurrentDictionary<Type, string> Kinds = new(
    [
        new(typeof(ConvolutionLayer), "convolution"),
        new(typeof(BatchNormLayer), "batchnorm"),
        new(typeof(ReluLayer), "relu"),
        new(typeof(MaxPoolLayer), "maxpool"),
        new(typeof(ResidualLayer), "residual"),
    ]);

    private static readonly Lazy<JsonSerializerOptions> Format = new(() => new JsonSerializerOptions(JsonFormat.Strict)
    {
        IgnoreReadOnlyProperties = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { AddKinds } },
    });

    /// <summary>Adds a kind of layer that is defined elsewhere.</summary>
    /// <exception cref="InvalidOperationException">Layers were written or read before, or the kind is there
    /// already.</exception>
    public static void Add<T>(string kind)
        where T : EncoderLayer
    {
        if (Format.IsValueCreated || Kinds.Values.Contains(kind) || !Kinds.TryAdd(typeof(T), kind))
        {
            throw new InvalidOperationException(
                $"The kind of layer '{kind}' must be added once, before layers are written or read.");
        }
    }

    public static string Write(IReadOnlyList<EncoderLayer> layers) => JsonSerializer.Serialize(layers, Format.Value);

    /// <exception cref="JsonException">The text is not what <see cref="Write"/> wrote.</exception>
    public static IReadOnlyList<EncoderLayer> Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<IReadOnlyList<EncoderLayer>>(json, Format.Value)
                ?? throw new JsonException("There are no layers.");
        }
        // That is what a layer without its type is answered with.
        catch (NotSupportedException exception)
        {
            throw new JsonException("A layer has no type.", exception);
        }
    }

    private static void AddKinds(JsonTypeInfo type)
    {
        if (type.Type == typeof(EncoderLayer))
        {
            type.PolymorphismOptions = new JsonPolymorphismOptions();
            foreach (var (layer, kind) in Kinds)
            {
                type.PolymorphismOptions.DerivedTypes.Add(new(layer, kind));
            }
        }
    }
}
