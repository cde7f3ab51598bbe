using Byol.MLNet.Encoders;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Byol.MLNet.Torch;

/// <summary>
/// The encoder f of BYOL: an architecture's layers with weights, then global average pooling. N×3×S×S → N×d.
/// </summary>
internal sealed class Encoder
{
    private readonly List<Segment> _segments = [];

    /// <param name="architecture">The layers.</param>
    /// <param name="imageSize">S: with the strides it fixes every layer's picture sizes.</param>
    /// <param name="parameters">The weights.</param>
    /// <param name="prefix">Of their names.</param>
    /// <param name="frozenLayers">So many first layers get no gradient, and keep their statistics.</param>
    public Encoder(
        EncoderArchitecture architecture,
        int imageSize,
        NetworkParameters parameters,
        string prefix,
        int frozenLayers = 0)
    {
        var renderer = new Renderer(parameters, prefix, imageSize);
        var start = 0;
        foreach (var end in architecture.EmbeddedLayers.Append(frozenLayers).Where(end => end > 0).Distinct().Order())
        {
            _segments.Add(
                new Segment(
                    renderer.Chain([.. architecture.Layers.Take(end).Skip(start)]),
                    IsFrozen: end <= frozenLayers,
                    IsEmbedded: architecture.EmbeddedLayers.Contains(end)));
            start = end;
        }
    }

    private delegate Tensor Step(Tensor x, bool training);

    /// <summary>The last layer's pooled output, which the heads are trained on.</summary>
    public Tensor Forward(Tensor images, bool training) =>
        Pool(_segments.Aggregate(images, (x, segment) => segment.Forward(x, training)));

    /// <summary>The embedding, in evaluation mode.</summary>
    public Tensor Embed(Tensor images)
    {
        var (x, pooled) = (images, new List<Tensor>());
        foreach (var segment in _segments)
        {
            x = segment.Forward(x, training: false);
            if (segment.IsEmbedded)
            {
                pooled.Add(Pool(x));
            }
        }
        return pooled.Count == 1 ? pooled[0] : cat(pooled, 1);
    }

    private static Tensor Pool(Tensor x) => functional.adaptive_avg_pool2d(x, 1).flatten(1);

    private sealed record Segment(Step Step, bool IsFrozen, bool IsEmbedded)
    {
        public Tensor Forward(Tensor x, bool training)
        {
            using var _ = IsFrozen ? no_grad() : null;
            return Step(x, training && !IsFrozen);
        }
    }

    /// <summary>Renders layers to TorchSharp, in their order.</summary>
    private sealed class Renderer(NetworkParameters parameters, string prefix, int side) : ILayerVisitor<Step>
    {
        private int _side = side;
        private bool _ownsInput;

        public Step Chain(IReadOnlyList<EncoderLayer> layers)
        {
            var steps = new Step[layers.Count];
            for (var i = 0; i < steps.Length; i++)
            {
                // A chain's input is its caller's, who may need it again, and backward reads a ReLU's output: neither
                // is written over.
                _ownsInput = i > 0 && layers[i - 1] is not ReluLayer;
                steps[i] = layers[i].Accept(this);
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

        public Step Convolution(ConvolutionLayer layer)
        {
            var convolution = new Convolution(parameters, $"{prefix}.{layer.Name}", layer, _side);
            _side = layer.OutputSide(_side);
            return (x, _) => convolution.Forward(x);
        }

        public Step BatchNorm(BatchNormLayer layer) => new BatchNorm(parameters, $"{prefix}.{layer.Name}").Forward;

        public Step Relu(ReluLayer layer) => _ownsInput ? (x, _) => x.relu_() : (x, _) => x.relu();

        public Step MaxPool(MaxPoolLayer layer)
        {
            _side = layer.OutputSide(_side);
            return (x, _) => functional.max_pool2d(
                x, kernel_size: layer.Kernel, stride: layer.Stride, padding: layer.Kernel / 2);
        }

        public Step Residual(ResidualLayer layer)
        {
            var side = _side;
            var branch = Chain(layer.Branch);
            var outputSide = _side;
            _side = side;
            var shortcut = Chain(layer.Shortcut);
            _side = outputSide;
            // Backward does not read a batch norm's output.
            return layer.Branch[^1] is BatchNormLayer
                ? (x, training) => branch(x, training).AddInPlace(shortcut(x, training))
                : (x, training) => branch(x, training) + shortcut(x, training);
        }
    }
}
