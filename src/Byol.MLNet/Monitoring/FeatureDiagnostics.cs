using TorchSharp;
using static TorchSharp.torch;

namespace Byol.MLNet.Monitoring;

/// <summary>Figures about a batch of network outputs that tell learning from collapse.</summary>
internal static class FeatureDiagnostics
{
    /// <summary>Mean over dimensions of the variance over the batch. It depends on the scale of z, which the loss leaves free.</summary>
    public static double FeatureVariance(Tensor projection)
    {
        using var scope = NewDisposeScope();
        return projection.@var(0, unbiased: false).mean().ToDouble();
    }

    /// <summary>Standard deviation of the L2-normalised projection times √d: 1 is healthy, 0 collapsed.</summary>
    public static double NormalizedSpread(Tensor projection)
    {
        using var scope = NewDisposeScope();
        var unit = nn.functional.normalize(projection, 2, 1, 1e-12);
        return unit.std(0, unbiased: false).mean().ToDouble() * Math.Sqrt(projection.shape[1]);
    }

    /// <summary>Mean cosine of prediction and target of the same image, and of different images.</summary>
    public static (double Positive, double Negative) Similarities(Tensor prediction, Tensor target)
    {
        using var scope = NewDisposeScope();
        var cosines = nn.functional.normalize(prediction, 2, 1, 1e-12).matmul(nn.functional.normalize(target, 2, 1, 1e-12).t());
        var count = cosines.shape[0];
        var positive = cosines.diagonal().mean().ToDouble();
        return (positive, (cosines.sum().ToDouble() - positive * count) / (count * (count - 1.0)));
    }
}
