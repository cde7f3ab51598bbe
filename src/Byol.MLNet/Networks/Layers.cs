using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Byol.MLNet.Networks;

/// <summary>A convolution without bias, as ResNet uses it.</summary>
internal sealed class Convolution(NetworkParameters parameters, string name, int stride, int padding)
{
    private readonly Tensor _weight = parameters[$"{name}.weight"];
    private readonly long[] _stride = [stride, stride];
    private readonly long[] _padding = [padding, padding];

    public Tensor Forward(Tensor x) => functional.conv2d(x, _weight, strides: _stride, padding: _padding);
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
