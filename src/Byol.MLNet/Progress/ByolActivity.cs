namespace Byol.MLNet;

/// <summary>What a fit can be busy with beside its training steps.</summary>
public enum ByolActivityKind
{
    /// <summary>Reading the training images; counted in rows.</summary>
    ReadingImages,

    /// <summary>Reading the images of <see cref="ByolOptions.Probe"/>; counted in rows.</summary>
    ReadingProbe,

    /// <summary>Scoring the encoder, before the first step and after epochs; counted in images.</summary>
    Scoring,
}

/// <summary>What a fit is busy with beside its training steps.</summary>
/// <param name="Kind">With what.</param>
/// <param name="Done">How much of it is done.</param>
/// <param name="Total">How much there is; null where the data do not say.</param>
public sealed record ByolActivity(ByolActivityKind Kind, long Done, long? Total);
