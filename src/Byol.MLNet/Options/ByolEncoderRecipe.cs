using System.ComponentModel.DataAnnotations;
using Byol.MLNet.Encoders;
using Byol.MLNet.Options;

namespace Byol.MLNet;

/// <summary>The encoder f that is trained: its layers, and the pictures that it sees.</summary>
/// <remarks>Part of a <see cref="ByolRecipe"/>.</remarks>
public sealed record ByolEncoderRecipe : IRecipePart
{
    internal const int MaximumStoredImageSize = 2048;

    /// <summary>The encoder's layers.</summary>
    /// <remarks>A built-in ResNet, or the caller's own (<see cref="ByolBackbone.Define"/>).</remarks>
    /// <value>The default value is <see cref="ByolBackbone.ResNet10"/>.</value>
    [Required]
    public ByolBackbone Backbone { get; init; } = ByolBackbone.ResNet10;

    /// <summary>How the ResNet begins.</summary>
    /// <value>The default value is <see cref="ByolStem.Conv3x3Stride2"/>.</value>
    public ByolStem Stem { get; init; } = ByolStem.Conv3x3Stride2;

    /// <summary>
    /// Factor on every layer's number of channels; the last stage has 512 × width (ResNet-50: 2048 × width).
    /// </summary>
    /// <value>The default value is 0.5. Range: 0.125 to 4.</value>
    [Range(0.125, 4.0)]
    public double Width { get; init; } = 0.5;

    /// <summary>Side S of the square pictures that the encoder sees, in pixels.</summary>
    /// <value>The default value is 32. Range: 8 to 512.</value>
    [Range(8, 512)]
    public int ImageSize { get; init; } = 32;

    /// <summary>
    /// Side in pixels of the pictures that the trained encoder embeds, where that is another one than it is trained on;
    /// larger ones gain accuracy and cost time. Null is <see cref="ImageSize"/>.
    /// </summary>
    /// <value>The default value is null. Range: 8 to 512.</value>
    [Range(8, 512)]
    public int? EmbeddingSize { get; init; }

    /// <summary>
    /// Side K in pixels that images are stored at and crops are taken from; a multiple of the side E that is embedded.
    /// Null chooses: E if the median short side of the first 256 images is at most 2E, else 4E, or the largest multiple
    /// up to 512.
    /// </summary>
    /// <value>The default value is null. Range: 8 to 2048.</value>
    [Range(8, MaximumStoredImageSize)]
    public int? StoredImageSize { get; init; }

    /// <summary>How pictures that are no squares become squares, in training and in the saved pipeline alike.</summary>
    /// <value>The default value is <see cref="ByolResizeMode.Squash"/>.</value>
    public ByolResizeMode ResizeMode { get; init; } = ByolResizeMode.Squash;

    /// <summary>
    /// Last stages, of those that the encoder has, whose outputs, each averaged over the picture, make the embedding,
    /// one after the other. Training sees the last one alone, which forgets what the views vary; the one before it has
    /// kept some of that. A stage begins where the picture shrinks. <see cref="ByolRecipe.Fast"/> embeds two.
    /// </summary>
    /// <value>The default value is 1. Range: 1 to 4.</value>
    [Range(1, 4)]
    public int EmbeddedStages { get; init; } = 1;

    /// <summary>Whether the embedding is divided by its Euclidean length, so that a dot product is a cosine.</summary>
    /// <value>The default value is false.</value>
    public bool NormalizeEmbedding { get; init; }

    /// <summary>
    /// What is done to the embeddings of a trained encoder; <see cref="ByolRecipe.Fast"/> has
    /// <see cref="ByolWhitening.Auto"/>.
    /// </summary>
    /// <value>The default value is <see cref="ByolWhitening.None"/>.</value>
    public ByolWhitening Whitening { get; init; } = ByolWhitening.None;

    /// <summary>Values of an embedding after <see cref="ByolWhitening.Pca"/>; no more than the encoder has.</summary>
    /// <value>The default value is 256. Range: 2 to 16384.</value>
    [Range(2, 16384)]
    public int WhitenedDimension { get; init; } = 256;

    /// <summary>
    /// How far <see cref="ByolWhitening.Zca"/> goes: one half gives every direction the same variance, 0 leaves all as
    /// they are. A small one is worth a part of what nearest neighbours can gain, and a handful of labels loses little.
    /// </summary>
    /// <value>The default value is 0.125. Range: 0 to 0.5.</value>
    [Range(0, 0.5)]
    public double WhiteningExponent { get; init; } = 0.125;

    /// <summary>E, the side of the pictures that are embedded.</summary>
    internal int EmbeddedSize => EmbeddingSize ?? ImageSize;

    /// <summary>The layers.</summary>
    /// <exception cref="ArgumentException">They do not fit together, or are too large for the pictures.</exception>
    internal EncoderArchitecture Architecture() =>
        new EncoderArchitecture(Backbone, Stem, Width, EmbeddedStages).For(Math.Max(ImageSize, EmbeddedSize));
}
