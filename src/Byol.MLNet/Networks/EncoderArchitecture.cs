namespace Byol.MLNet.Networks;

/// <summary>The shape of a ResNet-18 trunk (He et al. 2015), without weights: what is trained, frozen and rebuilt from a model file.</summary>
internal sealed record EncoderArchitecture(ByolStem Stem, double Width)
{
    public const string Backbone = "resnet18";

    private const int StemChannels = 64;
    private const int BlocksPerStage = 2;

    public int StemOutput => Channels(0);

    public int StemKernel => Stem == ByolStem.Standard ? 7 : 3;

    public int StemStride => Stem == ByolStem.Conv3x3Stride1 ? 1 : 2;

    public int StemPadding => StemKernel / 2;

    public bool HasMaxPool => Stem == ByolStem.Standard;

    /// <summary>Length of the pooled feature vector: 512 at width 1.</summary>
    public int EmbeddingDimension => Channels(3);

    public IEnumerable<ResidualBlock> Blocks
    {
        get
        {
            var input = StemOutput;
            for (var stage = 0; stage < 4; stage++)
            {
                for (var block = 0; block < BlocksPerStage; block++)
                {
                    var stride = stage > 0 && block == 0 ? 2 : 1;
                    yield return new ResidualBlock($"layer{stage + 1}.{block}", input, Channels(stage), stride);
                    input = Channels(stage);
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

    private int Channels(int stage) => (int)Math.Round(StemChannels * Width) << stage;
}

/// <summary>Two 3x3 convolutions around a shortcut; the shortcut is a 1x1 convolution where the shape changes.</summary>
internal sealed record ResidualBlock(string Name, int Input, int Output, int Stride)
{
    public bool HasDownsample => Stride != 1 || Input != Output;

    public IEnumerable<TensorSpec> Tensors()
    {
        IEnumerable<TensorSpec> main =
        [
            TensorSpec.Convolution($"{Name}.conv1", Output, Input, 3),
            .. TensorSpec.BatchNorm($"{Name}.bn1", Output),
            TensorSpec.Convolution($"{Name}.conv2", Output, Output, 3),
            .. TensorSpec.BatchNorm($"{Name}.bn2", Output),
        ];
        return HasDownsample
            ? [.. main, TensorSpec.Convolution($"{Name}.downsample.0", Output, Input, 1), .. TensorSpec.BatchNorm($"{Name}.downsample.1", Output)]
            : main;
    }
}
