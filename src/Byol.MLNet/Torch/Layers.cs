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
    /// <param name="stride">The stride.</param>
    /// <param name="side">Side of the pictures that come in; it decides how the product is carried out.</param>
    /// <param name="groups">Parts that the channels are divided into.</param>
    public Convolution(NetworkParameters parameters, string name, int stride, int side, int groups)
    {
        _groups = groups;
        _weight = parameters[$"{name}.weight"];
        var kernelSide = (int)_weight.shape[2];
        _stride = [stride, stride];
        _padding = [kernelSide / 2, kernelSide / 2];
        _dense = groups == 1 && DenseKernel.Suits(kernelSide, side) ? parameters.AddDenseKernel($"{name}.weight", side, stride) : null;
    }

    public Tensor Forward(Tensor x)
    {
        if (_dense is not null)
        {
            return ToPictures(ToPixels(x).flatten(1).mm(_dense.Matrix.t()), _dense.OutputSide);
        }
        if (_weight.shape[2] == 1 && _groups == 1)
        {
            // A 1×1 kernel sees every stride-th pixel alone; slicing first is quicker than a strided convolution.
            var every = TensorIndex.Slice(step: _stride[0]);
            var pixels = ToPixels(x[TensorIndex.Colon, TensorIndex.Colon, every, every]);
            return ToPictures(pixels.flatten(0, 2).mm(_weight.flatten(1).t()), pixels.shape[1]);
        }
        return functional.conv2d(x, _weight, strides: _stride, padding: _padding, groups: _groups);
    }

    // N×C×H×W as N×H×W×C, which is how channels-last tensors lie in memory.
    private static Tensor ToPixels(Tensor x) => x.permute(0, 2, 3, 1);

    private Tensor ToPictures(Tensor rows, long side) => rows.view(-1, side, side, _weight.shape[0]).permute(0, 3, 1, 2);
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

    /// <summary>Added to the variance; PyTorch's default, also written into model files.</summary>
    public const double Epsilon = 1e-5;

    private readonly Tensor _scale = parameters[$"{name}.weight"];
    private readonly Tensor _shift = parameters[$"{name}.bias"];
    private readonly Tensor _mean = parameters[$"{name}.running_mean"];
    private readonly Tensor _variance = parameters[$"{name}.running_var"];

    public Tensor Forward(Tensor x, bool training) =>
        functional.batch_norm(x, _mean, _variance, _scale, _shift, training, Momentum, Epsilon);
}
