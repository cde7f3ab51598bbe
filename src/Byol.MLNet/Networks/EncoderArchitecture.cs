namespace Byol.MLNet.Networks;

/// <summary>The shape of a ResNet trunk (He et al. 2015), without weights: what is trained, frozen and rebuilt from a model file.</summary>
internal sealed record EncoderArchitecture(ByolBackbone Backbone, ByolStem Stem, double Width)
{
    private const int StemChannels = 64;

    public int StemOutput => Channels(0);

    public int StemKernel => Stem == ByolStem.Standard ? 7 : 3;

    public int StemStride => Stem == ByolStem.Conv3x3Stride1 ? 1 : 2;

    public int StemPadding => StemKernel / 2;

    public bool HasMaxPool => Stem == ByolStem.Standard;

    /// <summary>Length of the pooled feature vector: 512 at width 1, 2048 for ResNet-50.</summary>
    public int EmbeddingDimension => Channels(3) * Expansion;

    public IEnumerable<ResidualBlock> Blocks
    {
        get
        {
            var input = StemOutput;
            for (var stage = 0; stage < 4; stage++)
            {
                for (var block = 0; block < BlocksPerStage[stage]; block++)
                {
                    var stride = stage > 0 && block == 0 ? 2 : 1;
                    yield return new ResidualBlock($"layer{stage + 1}.{block}", input, Channels(stage), Channels(stage) * Expansion, stride);
                    input = Channels(stage) * Expansion;
                }
            }
        }
    }

    /// <summary>All tensors in torchvision's state order (without num_batches_tracked, which nothing here reads).</summary>
    public IReadOnlyList<TensorSpec> Tensors() =>
    [
        TensorSpec.Convolution("conv1", StemOutput, 3, StemKernel),
        .. TensorSpec.BatchNorm("bn1", StemOutput),
        .. Blocks.SelectMany(block => block.Tensors()),
    ];

    /// <summary>Side of the pictures that leave a layer which is padded so that stride 1 keeps the side.</summary>
    public static int OutputSide(int side, int stride) => (side - 1) / stride + 1;

    /// <summary>Side of the pictures that reach the first block.</summary>
    public int FirstBlockSide(int imageSize)
    {
        var side = OutputSide(imageSize, StemStride);
        return HasMaxPool ? OutputSide(side, 2) : side;
    }

    private int[] BlocksPerStage => Backbone == ByolBackbone.ResNet18 ? [2, 2, 2, 2] : [3, 4, 6, 3];

    // A bottleneck's output is four times as wide as its middle.
    private int Expansion => Backbone == ByolBackbone.ResNet50 ? 4 : 1;

    private int Channels(int stage) => (int)Math.Round(StemChannels * Width) << stage;
}

/// <summary>A convolution of a block, with its name and its batch norm's.</summary>
internal sealed record BlockLayer(string Name, string Norm, int Input, int Output, int Kernel, int Stride);

/// <summary>
/// Convolutions around a shortcut: two of 3x3, or, where the output is wider than the middle, a bottleneck of 1x1, 3x3 and 1x1 whose
/// stride is the 3x3's, as torchvision has it. The shortcut is a 1x1 convolution where the shape changes.
/// </summary>
internal sealed record ResidualBlock(string Name, int Input, int Middle, int Output, int Stride)
{
    public IReadOnlyList<BlockLayer> Layers => Output == Middle
        ? [Layer(1, Input, Output, 3, Stride), Layer(2, Output, Output, 3, 1)]
        : [Layer(1, Input, Middle, 1, 1), Layer(2, Middle, Middle, 3, Stride), Layer(3, Middle, Output, 1, 1)];

    /// <summary>The shortcut's convolution; null where it passes the input on.</summary>
    public BlockLayer? Shortcut => Stride != 1 || Input != Output
        ? new BlockLayer($"{Name}.downsample.0", $"{Name}.downsample.1", Input, Output, 1, Stride)
        : null;

    public IEnumerable<TensorSpec> Tensors() => (Shortcut is null ? Layers : [.. Layers, Shortcut]).SelectMany(layer => (IEnumerable<TensorSpec>)
        [TensorSpec.Convolution(layer.Name, layer.Output, layer.Input, layer.Kernel), .. TensorSpec.BatchNorm(layer.Norm, layer.Output)]);

    private BlockLayer Layer(int number, int input, int output, int kernel, int stride) =>
        new($"{Name}.conv{number}", $"{Name}.bn{number}", input, output, kernel, stride);
}
