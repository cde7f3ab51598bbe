using Byol.MLNet.Encoders;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Byol.MLNet.Torch;

/// <summary>A convolution without bias, padded so that stride 1 keeps the side.</summary>
internal sealed class Convolution
{
    private readonly Tensor _weight;
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly int _groups;
    private readonly DenseKernel? _dense;

    /// <param name="parameters">Where the kernel lies.</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="side">Side of the pictures that come in; it decides how the product is carried out.</param>
    public Convolution(NetworkParameters parameters, string name, ConvolutionLayer layer, int side)
    {
        _groups = layer.Groups;
        _weight = parameters[$"{name}.weight"];
        _stride = [layer.Stride, layer.Stride];
        _padding = [layer.Kernel / 2, layer.Kernel / 2];
        _dense = _groups == 1 && layer.MeetsPadding(side)
            ? parameters.AddDenseKernel($"{name}.weight", side, layer.Stride)
            : null;
    }

    public Tensor Forward(Tensor x)
    {
        if (_dense is not null)
        {
            return ToPictures(_dense.Multiply(ToPixels(x).flatten(1)), _dense.OutputSide);
        }
        if (_weight.shape[2] == 1 && _groups == 1)
        {
            // A 1×1 kernel sees every stride-th pixel alone; slicing first is quicker than a strided convolution. A
            // slice's gradient lies in memory in the order of the slice's dimensions, and any that does not lie as
            // activations do slows every operation that meets it: hence pixels first.
            var every = TensorIndex.Slice(step: _stride[0]);
            var pixels = ToPixels(x)[TensorIndex.Colon, every, every, TensorIndex.Colon];
            return ToPictures(pixels.flatten(0, 2).mm(_weight.flatten(1).t()), pixels.shape[1]);
        }
        return functional.conv2d(x, _weight, strides: _stride, padding: _padding, groups: _groups);
    }

    // N×C×H×W as N×H×W×C, which is how channels-last tensors lie in memory.
    private static Tensor ToPixels(Tensor x) => x.permute(0, 2, 3, 1);

    private Tensor ToPictures(Tensor rows, long side) =>
        rows.view(-1, side, side, _weight.shape[0]).permute(0, 3, 1, 2);
}

/// <summary>A linear layer with bias.</summary>
internal sealed class Linear(NetworkParameters parameters, string name)
{
    private readonly Tensor _weight = parameters[$"{name}.weight"];
    private readonly Tensor _bias = parameters[$"{name}.bias"];

    public Tensor Forward(Tensor x) => functional.linear(x, _weight, _bias);
}

/// <summary>Batch normalisation; its parameters and statistics are fp32 whatever the type of the activations.</summary>
internal sealed class BatchNorm(NetworkParameters parameters, string name)
{
    private const double Momentum = 0.1;

    private readonly Tensor _scale = parameters[$"{name}.weight"];
    private readonly Tensor _shift = parameters[$"{name}.bias"];
    private readonly Tensor _mean = parameters[$"{name}.running_mean"];
    private readonly Tensor _variance = parameters[$"{name}.running_var"];

    public Tensor Forward(Tensor x, bool training)
    {
        if (training && parameters.Synchronized is { } collective)
        {
            return SynchronizedBatchNorm.Apply(
                x, _scale, _shift, _mean, _variance, Momentum, BatchNormLayer.Epsilon, collective);
        }
        var (mean, variance, momentum) = training && SideBySide.IsSecond
            ? (PlaceOf(_mean), PlaceOf(_variance), 1)
            : (_mean, _variance, Momentum);
        return functional.batch_norm(x, mean, variance, _scale, _shift, training, momentum, BatchNormLayer.Epsilon);

        Tensor PlaceOf(Tensor running) => parameters.SecondView.PlaceOf(running, Momentum);
    }
}
