using Byol.MLNet.Encoders;
using static TorchSharp.torch;

namespace Byol.MLNet.Torch;

/// <summary>
/// Linear, BatchNorm, ReLU, Linear: the shape of both the projector g and the predictor q (Grill et al. 2020, section
/// 3.3).
/// Tensor names are those of a PyTorch Sequential: 0, 1 and 3.
/// </summary>
internal sealed class MlpHead(NetworkParameters parameters, string prefix)
{
    private readonly Linear _hidden = new(parameters, $"{prefix}.0");
    private readonly BatchNorm _norm = new(parameters, $"{prefix}.1");
    private readonly Linear _output = new(parameters, $"{prefix}.3");

    public static IEnumerable<TensorSpec> Tensors(int input, int hidden, int output) =>
    [
        .. TensorSpec.Linear("0", hidden, input),
        .. TensorSpec.BatchNorm("1", hidden),
        .. TensorSpec.Linear("3", output, hidden),
    ];

    public Tensor Forward(Tensor x, bool training) =>
        _output.Forward(_norm.Forward(_hidden.Forward(x), training).relu_());
}
