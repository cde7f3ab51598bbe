using Byol.MLNet.Encoders;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Byol.MLNet.Torch;

/// <summary>The encoder f of BYOL: an architecture's layers with weights, then global average pooling. N×3×S×S → N×d.</summary>
internal sealed class Encoder
{
    private readonly NetworkParameters _parameters;
    private readonly string _prefix;
    private readonly Step _trunk;

    /// <param name="architecture">The layers.</param>
    /// <param name="imageSize">S: with the strides it fixes every layer's picture sizes.</param>
    /// <param name="parameters">The weights.</param>
    /// <param name="prefix">Of their names.</param>
    public Encoder(EncoderArchitecture architecture, int imageSize, NetworkParameters parameters, string prefix)
    {
        _parameters = parameters;
        _prefix = prefix;
        _trunk = Chain(architecture.Layers, ref imageSize);
    }

    private delegate Tensor Step(Tensor x, bool training);

    public Tensor Forward(Tensor images, bool training) => functional.adaptive_avg_pool2d(_trunk(images, training), 1).flatten(1);

    private Step Chain(IReadOnlyList<EncoderLayer> layers, ref int side)
    {
        var steps = new Step[layers.Count];
        for (var i = 0; i < steps.Length; i++)
        {
            // A chain's input is its caller's, who may need it again, and backward reads a ReLU's output: neither is written over.
            steps[i] = Create(layers[i], ownsInput: i > 0 && layers[i - 1] is not ReluLayer, ref side);
        }
        return (x, training) =>
        {
            foreach (var step in steps)
            {
                x = step(x, training);
            }
            return x;
        };
    }

    private Step Create(EncoderLayer layer, bool ownsInput, ref int side)
    {
        switch (layer)
        {
            case ConvolutionLayer convolution:
                var convolve = new Convolution(_parameters, $"{_prefix}.{convolution.Name}", convolution.Stride, side, convolution.Groups);
                side = EncoderArchitecture.OutputSide(side, convolution.Stride);
                return (x, _) => convolve.Forward(x);
            case BatchNormLayer norm:
                return new BatchNorm(_parameters, $"{_prefix}.{norm.Name}").Forward;
            case ReluLayer:
                return ownsInput ? (x, _) => x.relu_() : (x, _) => x.relu();
            case MaxPoolLayer pool:
                side = EncoderArchitecture.OutputSide(side, pool.Stride);
                return (x, _) => functional.max_pool2d(x, kernel_size: pool.Kernel, stride: pool.Stride, padding: pool.Kernel / 2);
            case ResidualLayer residual:
                var shortcutSide = side;
                var branch = Chain(residual.Branch, ref side);
                var shortcut = Chain(residual.Shortcut, ref shortcutSide);
                // Backward does not read a batch norm's output.
                return residual.Branch[^1] is BatchNormLayer
                    ? (x, training) => branch(x, training).AddInPlace(shortcut(x, training))
                    : (x, training) => branch(x, training) + shortcut(x, training);
            default:
                throw new NotSupportedException($"A layer of type {layer.GetType().Name}.");
        }
    }
}
