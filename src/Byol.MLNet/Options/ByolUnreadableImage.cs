namespace Byol.MLNet;

/// <summary>What happens when a row's image is missing, corrupt or truncated.</summary>
public enum ByolUnreadableImage
{
    /// <summary>
    /// Training leaves the image out, counts it and names it in the log. Transform cannot drop a row, so there it
    /// throws.
    /// </summary>
    Skip,

    /// <summary>
    /// Training and Transform throw an <see cref="InvalidOperationException"/> that names the path and the row.
    /// </summary>
    Throw,

    /// <summary>Training leaves the image out; Transform gives a vector of NaN for it.</summary>
    NaN,
}
