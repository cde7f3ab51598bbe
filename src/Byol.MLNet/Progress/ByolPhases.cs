namespace Byol.MLNet;

/// <summary>
/// Where an epoch's training time went, each as a share of it, 0 to 1. All but <paramref name="Augmentation"/> are
/// spent one after the other on the thread that fits, and add up to nearly 1. On a GPU they are the time until the work
/// is queued.
/// </summary>
/// <param name="Load">Waiting for views, and handing them to libtorch.</param>
/// <param name="Augmentation">Drawing views; this happens on other threads, beside everything else.</param>
/// <param name="Online">Online network, forward and backward.</param>
/// <param name="Target">Target network, forward.</param>
/// <param name="Optimizer">Clipping, optimiser and the target's moving average.</param>
/// <param name="Diagnostics">Figures about the features, and the check for collapse.</param>
public sealed record ByolPhases(
    double Load, double Augmentation, double Online, double Target, double Optimizer, double Diagnostics)
{
    /// <summary>Adding up what several processes computed, waiting for the slowest included; 0 in a single
    /// one.</summary>
    public double Exchange { get; init; }
}
