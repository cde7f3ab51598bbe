namespace Byol.MLNet;

/// <summary>
/// What is done to a trained encoder's embeddings, by their mean and covariance over the training images: it becomes
/// part of the saved graph. Nearest neighbours gain most; a linear classifier little.
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

    /// <summary>One of the three, by which neighbours two halves of the training images have in common views; a few
    /// images are not enough to whiten by.</summary>
    Auto,
}
