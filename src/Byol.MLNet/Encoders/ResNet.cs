namespace Byol.MLNet.Encoders;

/// <summary>
/// The built-in encoders: ResNets (He et al. 2015) under torchvision's names, without the classification layer. A block
/// is two 3x3 convolutions, or, where its output is wider than its middle, a bottleneck of 1x1, 3x3 and 1x1 whose
/// stride is the 3x3's; its shortcut is a 1x1 convolution where the shape changes.
/// </summary>
internal static class ResNet
{
    /// <param name="encoder">Is told the layers.</param>
    /// <param name="blocks">Number of blocks in each of the four stages.</param>
    /// <param name="expansion">Channels of a block's output over those of its middle.</param>
    public static void Describe(ByolEncoderBuilder encoder, int[] blocks, int expansion)
    {
        var channels = encoder.Channels(64);
        var isStandard = encoder.Stem == ByolStem.Standard;
        encoder.Convolution("conv1", channels, isStandard ? 7 : 3, encoder.Stem == ByolStem.Conv3x3Stride1 ? 1 : 2)
            .BatchNorm("bn1")
            .Relu();
        if (isStandard)
        {
            encoder.MaxPool(kernel: 3, stride: 2);
        }
        var input = channels;
        for (var stage = 0; stage < blocks.Length; stage++)
        {
            for (var block = 0; block < blocks[stage]; block++)
            {
                var stride = stage > 0 && block == 0 ? 2 : 1;
                var output = (channels << stage) * expansion;
                Describe(
                    encoder, $"layer{stage + 1}.{block}", channels << stage, output, stride,
                    hasProjection: stride != 1 || input != output);
                input = output;
            }
        }
    }

    private static void Describe(
        ByolEncoderBuilder encoder, string name, int middle, int output, int stride, bool hasProjection) =>
        encoder
        .Residual(
            name,
            branch => _ = output == middle
                ? branch
                    .Convolution("conv1", output, 3, stride).BatchNorm("bn1").Relu()
                    .Convolution("conv2", output, 3).BatchNorm("bn2")
                : branch
                    .Convolution("conv1", middle, 1).BatchNorm("bn1").Relu()
                    .Convolution("conv2", middle, 3, stride).BatchNorm("bn2").Relu()
                    .Convolution("conv3", output, 1).BatchNorm("bn3"),
            hasProjection
                ? shortcut => shortcut.Convolution("downsample.0", output, 1, stride).BatchNorm("downsample.1")
                : null)
        .Relu();
}
