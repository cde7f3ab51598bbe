namespace Byol.MLNet;

/// <summary>How a picture that is no square becomes one.</summary>
public enum ByolResizeMode
{
    /// <summary>Width and height are scaled each by its own factor: all of the picture, distorted.</summary>
    Squash,

    /// <summary>The square in the middle: undistorted, without the ends.</summary>
    Crop,

    /// <summary>All of the picture, undistorted, between black bars.</summary>
    Pad,
}
