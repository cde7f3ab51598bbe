namespace Byol.MLNet;

/// <summary>The order in which a network takes a picture's channels.</summary>
public enum ByolChannelOrder
{
    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Blue, green, red.</summary>
    Bgr,
}
