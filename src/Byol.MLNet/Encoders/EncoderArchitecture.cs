using System.Security.Cryptography;
using System.Text;

namespace Byol.MLNet.Encoders;

/// <summary>The layers of an encoder, without weights: what is trained, frozen and rebuilt from a model file.</summary>
internal sealed class EncoderArchitecture
{
    // More than any built-in encoder's: what one picture may take at a layer's output.
    private const long MaximumMapValues = 1L << 29;

    // Any side that a stride shrinks.
    private const int TwoOrMore = 1024;

    private readonly ByolBackbone _backbone;

    /// <param name="backbone">Tells the layers.</param>
    /// <param name="stem">How they begin.</param>
    /// <param name="width">Factor on their channels.</param>
    /// <param name="embeddedStages">Last stages, of those that there are, whose pooled outputs make the
    /// embedding.</param>
    /// <exception cref="ArgumentException">The caller's own backbone tells layers that do not fit together.</exception>
    public EncoderArchitecture(ByolBackbone backbone, ByolStem stem, double width, int embeddedStages = 1)
    {
        _backbone = backbone;
        Layers = backbone.Layers(stem, width);
        OutputDimension = OutputChannels(Layers, input: 3);
        EmbeddedLayers =
        [
            .. Enumerable.Range(0, embeddedStages).Reverse().Select(stages => LayersBefore(stages)).Where(
                count => count > 0),
        ];
        EmbeddingDimension = EmbeddedLayers.Sum(count => OutputChannels(Layers.Take(count), input: 3));
    }

    public IReadOnlyList<EncoderLayer> Layers { get; }

    /// <summary>Length of the pooled output that the heads are trained on: 512 for ResNet-18 at width 1.</summary>
    public int OutputDimension { get; }

    /// <summary>Length of the embedding: the same, or that of several stages' pooled outputs together.</summary>
    public int EmbeddingDimension { get; }

    /// <summary>After how many layers a pooled output is taken for the embedding; the last is all of them.</summary>
    public IReadOnlyList<int> EmbeddedLayers { get; }

    /// <summary>
    /// The layers in words: a built-in backbone's name says all; another one's layers are needed to distinguish two of
    /// the same name.
    /// </summary>
    public string Description => _backbone.IsBuiltIn
        ? _backbone.Name
        : $"{_backbone.Name} (layers {Hash(LayerJson.Write(Layers))[..8]})";

    /// <summary>This, where no layer gives more for pictures of the given side than memory could hold.</summary>
    /// <exception cref="ArgumentException">One does.</exception>
    public EncoderArchitecture For(int side)
    {
        RequireMaps(Layers, 3, side);
        return this;
    }

    /// <summary>
    /// How many first layers come before the last so many stages; a stage begins where the picture shrinks. Null is
    /// none.
    /// </summary>
    public int LayersBefore(int? lastStages)
    {
        if (lastStages is not { } stages)
        {
            return 0;
        }
        var starts = Layers.Index().Where(layer => layer.Item.OutputSide(TwoOrMore) < TwoOrMore)
            .Select(layer => layer.Index)
            .ToList();
        return stages == 0 ? Layers.Count : stages > starts.Count ? 0 : starts[^stages];
    }

    /// <summary>All tensors in torchvision's state order.</summary>
    public IReadOnlyList<TensorSpec> Tensors() => [.. Layers.SelectMany(layer => layer.Tensors())];

    /// <summary>
    /// Multiplications of a forward pass on one picture of the given side, those by padding included.
    /// </summary>
    public long Multiplications(int side) => Multiplications(Layers, side);

    /// <summary>Side of the pictures that leave a layer which is padded so that stride 1 keeps the side.</summary>
    public static int OutputSide(int side, int stride) => (side - 1) / stride + 1;

    public static int OutputChannels(IEnumerable<EncoderLayer> layers, int input) =>
        layers.Aggregate(input, (channels, layer) => layer.OutputChannels(channels));

    private static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static long Multiplications(IReadOnlyList<EncoderLayer> layers, int side)
    {
        var sum = 0L;
        foreach (var layer in layers)
        {
            sum += layer.Chains().Sum(chain => Multiplications(chain, side));
            side = layer.OutputSide(side);
            sum += layer is ConvolutionLayer convolution
                ? convolution.Tensors().Sum(kernel => kernel.Count * side * side)
                : 0;
        }
        return sum;
    }

    private static void RequireMaps(IReadOnlyList<EncoderLayer> layers, int channels, int side)
    {
        foreach (var layer in layers)
        {
            foreach (var chain in layer.Chains())
            {
                RequireMaps(chain, channels, side);
            }
            (channels, side) = (layer.OutputChannels(channels), layer.OutputSide(side));
            if ((long)channels * side * side > MaximumMapValues)
            {
                throw new ArgumentException(
                    $"A layer gives {channels}×{side}×{side} values for a picture; "
                    + $"{MaximumMapValues} are the most that one may give.");
            }
        }
    }
}
