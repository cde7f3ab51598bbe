namespace Byol.MLNet;

/// <summary>
/// Number format of activations and matrix products in training. Weights, averages, statistics and loss are always
/// 32-bit.
/// </summary>
public enum ByolPrecision
{
    /// <summary>BFloat16 where the processor or GPU computes it natively, else Float32; the log says which.</summary>
    Auto,

    /// <summary>32-bit throughout: reproducible bit for bit on a CPU, for the same number of threads.</summary>
    Float32,

    /// <summary>16-bit brain floating point.</summary>
    BFloat16,
}
