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

    private sealed class Block
    {
        private readonly (Convolution Convolution, BatchNorm Norm)[] _layers;
        private readonly (Convolution Convolution, BatchNorm Norm)? _shortcut;

        public Block(ResidualBlock shape, int side, NetworkParameters parameters, string prefix)
        {
            _shortcut = shape.Shortcut is { } shortcut ? Create(shortcut, side) : null;
            var layers = new List<(Convolution, BatchNorm)>();
            foreach (var layer in shape.Layers)
            {
                layers.Add(Create(layer, side));
                side = EncoderArchitecture.OutputSide(side, layer.Stride);
            }
            _layers = [.. layers];

            (Convolution, BatchNorm) Create(BlockLayer layer, int layerSide) =>
                (new Convolution(parameters, $"{prefix}.{layer.Name}", layer.Stride, layerSide), new BatchNorm(parameters, $"{prefix}.{layer.Norm}"));
        }

        public Tensor Forward(Tensor x, bool training)
        {
            var y = x;
            foreach (var (convolution, norm) in _layers[..^1])
            {
                y = norm.Forward(convolution.Forward(y), training).relu_();
            }
            var last = _layers[^1];
            y = last.Norm.Forward(last.Convolution.Forward(y), training);
            var shortcut = _shortcut is { } layer ? layer.Norm.Forward(layer.Convolution.Forward(x), training) : x;
            return y.AddInPlace(shortcut).relu_();
        }
    }
}
