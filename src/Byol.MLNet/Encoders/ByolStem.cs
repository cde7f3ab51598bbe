namespace Byol.MLNet;

/// <summary>
/// How a ResNet begins: it decides how much of a small picture is left for the later layers, and the cost.
/// </summary>
public enum ByolStem
{
    /// <summary>
    /// torchvision's: 7x7 convolution with stride 2, then 3x3 max-pooling with stride 2. Made for 224 px.
    /// </summary>
    Standard,

    /// <summary>3x3 convolution with stride 2, no pooling: 3.75 times the standard stem's cost at 32 px.</summary>
    Conv3x3Stride2,

    /// <summary>3x3 convolution with stride 1, no pooling: 15 times the standard stem's cost at 32 px.</summary>
    Conv3x3Stride1,
}
