using Byol.MLNet.Torch;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Methods.Byol;

/// <summary>The regression loss of BYOL (Grill et al. 2020, equation 2), in fp32 whatever the compute type.</summary>
internal static class ByolLoss
{
    /// <summary>mean(2 − 2 cos(prediction, target)) over the batch; the gradient stops at the target.</summary>
    public static Tensor Of(Tensor prediction, Tensor target) =>
        nn.functional.cosine_similarity(AtLeastFloat32(prediction), AtLeastFloat32(target.detach()), 1, 1e-8)
            .mean()
            .Scaled(-2)
            .Plus(2);

    private static Tensor AtLeastFloat32(Tensor x) => x.dtype == bfloat16 ? x.to(float32) : x;
}
