using Byol.MLNet.Foundation;

namespace Byol.MLNet.Weights;

/// <summary>The shape of a tensor as a file gives it.</summary>
internal static class TensorShape
{
    // PyTorch's own limit.
    private const int MaximumRank = 64;

    /// <summary>The number of values; 1 for a scalar.</summary>
    /// <exception cref="InvalidDataException">A dimension is negative, or there are too many of them, or of
    /// values.</exception>
    public static long Count(string name, long[] shape)
    {
        if (shape.Length > MaximumRank)
        {
            throw new InvalidDataException($"its tensor '{FileText.Show(name)}' has {shape.Length} dimensions");
        }
        var count = 1L;
        foreach (var dimension in shape)
        {
            if (dimension < 0 || dimension > 0 && count > long.MaxValue / dimension)
            {
                throw new InvalidDataException(
                    $"its tensor '{FileText.Show(name)}' is of the shape {FileText.Show(shape)}");
            }
            count *= dimension;
        }
        return count;
    }
}
