using Byol.MLNet.Torch;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Monitoring;

/// <summary>Figures about a batch of network outputs that tell learning from collapse.</summary>
internal static class FeatureDiagnostics
{
    /// <summary>
    /// Mean over dimensions of the variance over the batch. It depends on the scale of z, which the loss leaves free.
    /// </summary>
    public static double FeatureVariance(Tensor projection)
    {
        using var scope = NewDisposeScope();
        return projection.@var(0, unbiased: false).mean().Value();
    }

    /// <summary>Standard deviation of the L2-normalised projection times √d: 1 is healthy, 0 collapsed.</summary>
    public static double NormalizedSpread(Tensor projection)
    {
        using var scope = NewDisposeScope();
        var unit = nn.functional.normalize(projection, 2, 1, 1e-12);
        return unit.std(0, unbiased: false).mean().Value() * Math.Sqrt(projection.shape[1]);
    }

    /// <summary>Mean cosine of prediction and target of the same image, and of different images.</summary>
    public static (double Positive, double Negative) Similarities(Tensor prediction, Tensor target)
    {
        using var scope = NewDisposeScope();
        var cosines = nn.functional.normalize(prediction, 2, 1, 1e-12).matmul(
            nn.functional.normalize(target, 2, 1, 1e-12).t());
        var count = cosines.shape[0];
        var positive = cosines.diagonal().mean().Value();
        return (positive, (cosines.sum().Value() - positive * count) / (count * (count - 1.0)));
    }

    /// <summary>Eigenvalues of the projection's covariance, the largest first.</summary>
    public static double[] Eigenvalues(Tensor projection)
    {
        using var scope = NewDisposeScope();
        var centred = projection.to(float64) - projection.to(float64).mean([0], keepdim: true);
        var covariance = centred.t().matmul(centred).Scaled(1.0 / projection.shape[0]);
        return [.. linalg.eigvalsh(covariance).cpu().data<double>().Reverse().Select(value => Math.Max(value, 0))];
    }

    /// <summary>
    /// exp of the entropy of the normalised singular values: RankMe (Garrido et al. 2023, equation 1). From 1 to d.
    /// </summary>
    public static double EffectiveRank(Tensor projection)
    {
        using var scope = NewDisposeScope();
        // Singular values from the smaller product; float64 keeps the small ones.
        var values = projection.to(float64);
        var squares = linalg.eigvalsh(values.t().matmul(values)).relu();
        var shares = squares.sqrt() / squares.sqrt().sum();
        return Math.Exp(-(shares * shares.Plus(1e-12).log()).sum().Value());
    }

    /// <summary>
    /// Share of the normalised target's variance that the predictor explains: Var(t) = E[Var(t|z)] + Var(E[t|z]), with
    /// the squared distance between prediction and target as the first term. At most 1; below 0 the mean would predict
    /// better; 0 where targets do not vary.
    /// </summary>
    public static double ExplainedVariance(Tensor prediction, Tensor target)
    {
        using var scope = NewDisposeScope();
        var unitTarget = nn.functional.normalize(target, 2, 1, 1e-12);
        var error = nn.functional.normalize(prediction, 2, 1, 1e-12) - unitTarget;
        var residual = (error * error).sum(1).mean().Value();
        var variance = unitTarget.@var(0, unbiased: false).sum().Value();
        return variance == 0 ? 0 : 1 - residual / variance;
    }
}
