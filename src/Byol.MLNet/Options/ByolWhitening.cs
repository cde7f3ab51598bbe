namespace Byol.MLNet;

/// <summary>
/// What is done to a trained encoder's embeddings, by their mean and covariance over the training images: it becomes
/// part of the saved graph. Nearest neighbours among many labelled images gain most; where a class has a handful of
/// labels, whitening whole loses what it gains elsewhere and more.
/// </summary>
public enum ByolWhitening
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Their mean is subtracted.</summary>
    Centred,

    /// <summary>
    /// They are centred, and their first <see cref="ByolEncoderRecipe.WhitenedDimension"/> principal components are
    /// brought to the same variance (Jégou and Chum 2012).
    /// </summary>
    Pca,

    /// <summary>
    /// They are centred, and along every principal direction divided by their variance to the power of
    /// <see cref="ByolEncoderRecipe.WhiteningExponent"/>; directions and the number of values stay as they are (ZCA,
    /// Bell and Sejnowski 1997, whose exponent is one half).
    /// </summary>
    Zca,

    /// <summary>
    /// <see cref="None"/>, <see cref="Centred"/> or <see cref="Zca"/>: the one by which two views of one image find
    /// each other most often, fitted on one half of the training images and judged on the other. Fewer than four
    /// images for each value of an embedding are not enough, and it is <see cref="None"/>.
    /// </summary>
    Auto,
}
