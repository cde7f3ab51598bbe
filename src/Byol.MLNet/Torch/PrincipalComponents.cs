using static TorchSharp.torch;

namespace Byol.MLNet.Torch;

/// <summary>Principal components of rows, brought to the same variance.</summary>
internal static class PrincipalComponents
{
    // Of the largest variance: what varies less is rounding, and would be blown up to the others' size.
    private const double LeastShare = 1e-6;

    /// <summary>
    /// Directions, D×k in float64, that centred rows are multiplied by: each gives values of variance one, none is
    /// correlated with another. They are at most so many, and no more than the rows span.
    /// </summary>
    public static Tensor Whitening(Tensor centred, int most)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var rows = centred.to(float64);
        // In ascending order.
        var (variances, vectors) = linalg.eigh(rows.t().mm(rows).Scaled(1.0 / rows.shape[0]));
        var spanned = variances.data<double>().Count(value => value > variances.max().Value() * LeastShare);
        var kept = Math.Min(most, Math.Max(spanned, 1));
        var first = variances.shape[0] - kept;
        return (vectors.narrow(1, first, kept) / variances.narrow(0, first, kept).sqrt()).MoveToOuterDisposeScope();
    }
}
