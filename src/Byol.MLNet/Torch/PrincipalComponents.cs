using static TorchSharp.torch;

namespace Byol.MLNet.Torch;

/// <summary>Principal components of rows, brought to the same variance or nearer to it.</summary>
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
        var (variances, vectors) = Of(centred, most);
        return (vectors / variances.sqrt()).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// A D×D matrix in float64 that centred rows are multiplied by: along each principal direction, which stays where
    /// it is, values are divided by the power of their variance.
    /// </summary>
    /// <param name="centred">The rows.</param>
    /// <param name="exponent">½ gives every direction variance one, 0 changes nothing.</param>
    public static Tensor Balance(Tensor centred, double exponent)
    {
        using var scope = NewDisposeScope();
        var (variances, vectors) = Of(centred, (int)centred.shape[1]);
        return (vectors / variances.log().Scaled(exponent).exp()).mm(vectors.t()).MoveToOuterDisposeScope();
    }

    private static (Tensor Variances, Tensor Vectors) Of(Tensor centred, int most)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var rows = centred.to(float64);
        // In ascending order.
        var (variances, vectors) = linalg.eigh(rows.t().mm(rows).Scaled(1.0 / rows.shape[0]));
        var spanned = variances.data<double>().Count(value => value > variances.max().Value() * LeastShare);
        var kept = Math.Min(most, Math.Max(spanned, 1));
        var first = variances.shape[0] - kept;
        return (
            variances.narrow(0, first, kept).MoveToOuterDisposeScope(),
            vectors.narrow(1, first, kept).MoveToOuterDisposeScope());
    }
}
