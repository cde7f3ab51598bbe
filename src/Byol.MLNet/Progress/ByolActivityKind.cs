namespace Byol.MLNet;

/// <summary>What a fit can be busy with beside its training steps.</summary>
public enum ByolActivityKind
{
    /// <summary>Reading the training images; counted in rows.</summary>
    ReadingImages,

    /// <summary>Reading the images of <see cref="ByolOptions.Probe"/>; counted in rows.</summary>
    ReadingProbe,

    /// <summary>The teacher looks at each image once; counted in images.</summary>
    Teaching,

    /// <summary>Scoring the encoder, before the first step and after epochs; counted in images.</summary>
    Scoring,
}
