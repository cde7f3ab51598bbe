using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Byol.MLNet.Networks;

/// <summary>The encoder f of BYOL: a ResNet trunk with global average pooling and no classification layer. N×3×S×S → N×d.</summary>
internal sealed class ResNet
{
    private readonly EncoderArchitecture _architecture;
    private readonly Convolution _stem;
    private readonly BatchNorm _stemNorm;
    private readonly Block[] _blocks;

    /// <param name="architecture">The trunk's shape.</param>
    /// <param name="imageSize">S: with the shape it fixes every layer's picture sizes.</param>
    /// <param name="parameters">The weights.</param>
    /// <param name="prefix">Of their names.</param>
    public ResNet(EncoderArchitecture architecture, int imageSize, NetworkParameters parameters, string prefix)
    {
        _architecture = architecture;
        _stem = new Convolution(parameters, $"{prefix}.conv1", architecture.StemStride, imageSize);
        _stemNorm = new BatchNorm(parameters, $"{prefix}.bn1");
        var side = architecture.FirstBlockSide(imageSize);
        var blocks = new List<Block>();
        foreach (var block in architecture.Blocks)
        {
            blocks.Add(new Block(block, side, parameters, prefix));
            side = EncoderArchitecture.OutputSide(side, block.Stride);
        }
        _blocks = [.. blocks];
    }

    public Tensor Forward(Tensor images, bool training)
    {
        var x = _stemNorm.Forward(_stem.Forward(images), training).relu_();
        if (_architecture.HasMaxPool)
        {
            x = functional.max_pool2d(x, kernel_size: 3, stride: 2, padding: 1);
        }
        foreach (var block in _blocks)
        {
            x = block.Forward(x, training);
        }
        return functional.adaptive_avg_pool2d(x, 1).flatten(1);
    }

    private sealed class Block(ResidualBlock shape, int side, NetworkParameters parameters, string prefix)
    {
        private readonly Convolution _conv1 = new(parameters, $"{prefix}.{shape.Name}.conv1", shape.Stride, side);
        private readonly BatchNorm _norm1 = new(parameters, $"{prefix}.{shape.Name}.bn1");
        private readonly Convolution _conv2 = new(parameters, $"{prefix}.{shape.Name}.conv2", 1, EncoderArchitecture.OutputSide(side, shape.Stride));
        private readonly BatchNorm _norm2 = new(parameters, $"{prefix}.{shape.Name}.bn2");
        private readonly Convolution? _shortcut =
            shape.HasDownsample ? new(parameters, $"{prefix}.{shape.Name}.downsample.0", shape.Stride, side) : null;
        private readonly BatchNorm? _shortcutNorm =
            shape.HasDownsample ? new(parameters, $"{prefix}.{shape.Name}.downsample.1") : null;

        public Tensor Forward(Tensor x, bool training)
        {
            var y = _norm1.Forward(_conv1.Forward(x), training).relu_();
            y = _norm2.Forward(_conv2.Forward(y), training);
            var shortcut = _shortcut is null ? x : _shortcutNorm!.Forward(_shortcut.Forward(x), training);
            return y.AddInPlace(shortcut).relu_();
        }
    }
}
