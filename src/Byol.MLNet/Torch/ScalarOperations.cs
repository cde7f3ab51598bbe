using TorchSharp;
using static TorchSharp.torch;

namespace Byol.MLNet.Torch;

/// <summary>
/// Operations of tensors with numbers. TorchSharp makes a native object of each number, and where the caller does not
/// hold that, the garbage collector may free it while the native call is still reading it: rare, but the end of a long
/// training.
/// </summary>
internal static class ScalarOperations
{
    /// <summary>x ← factor · x.</summary>
    public static Tensor ScaleInPlace(this Tensor x, double factor)
    {
        using var scalar = factor.ToScalar();
        return x.mul_(scalar);
    }

    /// <summary>x ← x + number.</summary>
    public static Tensor AddInPlace(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        using var one = One();
        return x.add_(scalar, one);
    }

    /// <summary>x ← x + factor · y.</summary>
    public static Tensor AddInPlace(this Tensor x, Tensor y, double factor = 1)
    {
        using var scalar = factor.ToScalar();
        return x.add_(y, scalar);
    }

    /// <summary>x ← x + factor · a · b, element by element.</summary>
    public static Tensor AddProductInPlace(this Tensor x, Tensor a, Tensor b, double factor)
    {
        using var scalar = factor.ToScalar();
        return x.addcmul_(a, b, scalar);
    }

    /// <summary>x ← x + factor · a / b, element by element.</summary>
    public static Tensor AddQuotientInPlace(this Tensor x, Tensor a, Tensor b, double factor)
    {
        using var scalar = factor.ToScalar();
        return x.addcdiv_(a, b, scalar);
    }

    /// <summary>factor · x.</summary>
    public static Tensor Scaled(this Tensor x, double factor)
    {
        using var scalar = factor.ToScalar();
        return x.mul(scalar);
    }

    /// <summary>x + number.</summary>
    public static Tensor Plus(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        using var one = One();
        return x.add(scalar, one);
    }

    /// <summary>The value of a tensor of one element.</summary>
    public static double Value(this Tensor x)
    {
        using var scalar = x.ToScalar();
        return scalar.ToDouble();
    }

    // The factor of what is added: left out, TorchSharp makes one that nobody holds.
    private static Scalar One() => 1.0.ToScalar();
}
