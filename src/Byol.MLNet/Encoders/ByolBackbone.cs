using System.Text.Json.Serialization;
using Byol.MLNet.Encoders;

namespace Byol.MLNet;

/// <summary>The layers of the encoder f: one of torchvision's ResNets (He et al. 2015), or the caller's own.</summary>
/// <remarks>
/// The layers are told once, to a <see cref="ByolEncoderBuilder"/>. The networks that are trained and the ONNX graph
/// that is saved are both made from what it was told, so they cannot differ.
/// </remarks>
/// <example>
/// <!-- quote: src/Byol.Samples/OwnBackbone.cs#define -->
/// <code>
/// var backbone = ByolBackbone.Define("three-convolutions", encoder =&gt; encoder
///     .Convolution("conv1", encoder.Channels(32), kernel: 3, stride: 2).BatchNorm("bn1").Relu()
///     .Convolution("conv2", encoder.Channels(64), kernel: 3, stride: 2).BatchNorm("bn2").Relu()
///     .Residual("block", branch =&gt; branch
///         .Convolution("conv", encoder.Channels(64), kernel: 3).BatchNorm("bn"))
///     .Relu());
/// </code>
/// </example>
[JsonConverter(typeof(BackboneConverter))]
public sealed class ByolBackbone
{
    private readonly Action<ByolEncoderBuilder> _layers;

    private ByolBackbone(string name, Action<ByolEncoderBuilder> layers)
    {
        Name = name;
        _layers = layers;
    }

    /// <summary>
    /// Four blocks of two 3x3 convolutions; 512 dimensions at width 1. Half of ResNet-18's cost. torchvision has none.
    /// </summary>
    public static ByolBackbone ResNet10 { get; } = new(
        "resnet10", encoder => ResNet.Describe(encoder, [1, 1, 1, 1], expansion: 1));

    /// <summary>Eight blocks of two 3x3 convolutions; 512 dimensions at width 1.</summary>
    public static ByolBackbone ResNet18 { get; } = new(
        "resnet18", encoder => ResNet.Describe(encoder, [2, 2, 2, 2], expansion: 1));

    /// <summary>Sixteen blocks of two 3x3 convolutions; 512 dimensions at width 1. Twice ResNet-18's cost.</summary>
    public static ByolBackbone ResNet34 { get; } = new(
        "resnet34", encoder => ResNet.Describe(encoder, [3, 4, 6, 3], expansion: 1));

    /// <summary>
    /// Sixteen bottlenecks of a 1x1, a 3x3 and a 1x1 convolution; 2048 dimensions at width 1. The paper's.
    /// </summary>
    public static ByolBackbone ResNet50 { get; } = new(
        "resnet50", encoder => ResNet.Describe(encoder, [3, 4, 6, 3], expansion: 4));

    /// <summary>
    /// The layers of <see cref="ByolOptions.Start"/>, which is an ONNX file then; stem and width are the file's too.
    /// </summary>
    public static ByolBackbone OfStart { get; } = new(
        "start",
        _ => throw new ArgumentException(
            $"The backbone '{OfStart}' is that of {nameof(ByolOptions.Start)}, which an ONNX file must be given for."));

    /// <summary>The encoders that come with the library.</summary>
    public static IReadOnlyList<ByolBackbone> BuiltIn { get; } = [ResNet10, ResNet18, ResNet34, ResNet50];

    /// <summary>Name of the encoder, stored with the model.</summary>
    public string Name { get; }

    internal bool IsBuiltIn => BuiltIn.Contains(this);

    /// <summary>Defines the caller's own encoder: under a name, how it is built.</summary>
    /// <param name="name">Its name, stored with the model and its checkpoints.</param>
    /// <param name="layers">Tells the layers, from a picture of three channels to the feature map that is averaged over
    /// its pixels into the embedding; called again for each <see cref="ByolEncoderRecipe.Stem"/> and
    /// <see cref="ByolEncoderRecipe.Width"/>, it must tell the same layers for the same values.</param>
    /// <exception cref="ArgumentException">The name is empty or a built-in encoder's.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="layers"/> is null.</exception>
    public static ByolBackbone Define(string name, Action<ByolEncoderBuilder> layers)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(layers);
        return FindBuiltIn(name) is null
            ? new ByolBackbone(name, layers)
            : throw new ArgumentException(
                $"The name '{name}' is a built-in encoder's; give another one.", nameof(name));
    }

    /// <summary>The <see cref="Name"/>.</summary>
    public override string ToString() => Name;

    internal static ByolBackbone? FindBuiltIn(string name) =>
        BuiltIn.Append(OfStart)
            .FirstOrDefault(backbone => string.Equals(backbone.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>An encoder read from a model file, whose layers are settled.</summary>
    internal static ByolBackbone Of(string name, IReadOnlyList<EncoderLayer> layers) =>
        new(name, encoder => encoder.Append(layers));

    internal IReadOnlyList<EncoderLayer> Layers(ByolStem stem, double width)
    {
        var builder = new ByolEncoderBuilder(stem, width);
        _layers(builder);
        return builder.Build();
    }
}
