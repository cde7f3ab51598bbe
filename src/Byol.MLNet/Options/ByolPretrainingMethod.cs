namespace Byol.MLNet;

/// <summary>How an encoder learns from images without labels.</summary>
public enum ByolPretrainingMethod
{
    /// <summary>From itself: it predicts what a slowly following target network makes of another view of the image
    /// (Grill et al. 2020).</summary>
    Byol,

    /// <summary>From a teacher: the target network is one that was trained before and stays as it is, and what it makes
    /// of an image is computed once ("replace one branch", Duval et al. 2023, arXiv 2301.09451).</summary>
    Taught,
}
