using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Byol.MLNet.Networks;

/// <summary>The layers of an encoder, without weights: what is trained, frozen and rebuilt from a model file.</summary>
internal sealed class EncoderArchitecture
{
    private readonly ByolBackbone _backbone;

    /// <exception cref="ArgumentException">The caller's own backbone tells layers that do not fit together.</exception>
    public EncoderArchitecture(ByolBackbone backbone, ByolStem stem, double width)
    {
        _backbone = backbone;
        Layers = backbone.Layers(stem, width);
        EmbeddingDimension = OutputChannels(Layers, input: 3);
    }

    public IReadOnlyList<EncoderLayer> Layers { get; }

    /// <summary>Length of the pooled feature vector: 512 for ResNet-18 at width 1.</summary>
    public int EmbeddingDimension { get; }

    /// <summary>The layers in words: a built-in backbone's name says all; another one's layers are needed to tell two of the same name apart.</summary>
    public string Description => _backbone.IsBuiltIn
        ? _backbone.Name
        : $"{_backbone.Name} (layers {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson(Layers))))[..8]})";

    public static EncoderArchitecture Of(ByolOptions options) => new(options.Backbone, options.Stem, options.Width);

    public static string ToJson(IReadOnlyList<EncoderLayer> layers) => JsonSerializer.Serialize(layers);

    /// <exception cref="JsonException">The text is not what <see cref="ToJson"/> wrote.</exception>
    public static IReadOnlyList<EncoderLayer> FromJson(string json) =>
        JsonSerializer.Deserialize<IReadOnlyList<EncoderLayer>>(json) ?? throw new JsonException("There are no layers.");

    /// <summary>All tensors in torchvision's state order.</summary>
    public IReadOnlyList<TensorSpec> Tensors() => [.. Layers.SelectMany(layer => layer.Tensors())];

    /// <summary>Side of the pictures that leave a layer which is padded so that stride 1 keeps the side.</summary>
    public static int OutputSide(int side, int stride) => (side - 1) / stride + 1;

    public static int OutputChannels(IEnumerable<EncoderLayer> layers, int input) =>
        layers.Aggregate(input, (channels, layer) => layer.OutputChannels(channels));
}
