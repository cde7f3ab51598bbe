using System.ComponentModel.DataAnnotations;
using Byol.MLNet.Options;

namespace Byol.MLNet;

/// <summary>What a trained encoder can be told, however it was trained.</summary>
public class ByolEmbeddingOptions
{
    /// <summary>What an unreadable image does.</summary>
    /// <value>The default value is <see cref="ByolUnreadableImage.Skip"/>.</value>
    public ByolUnreadableImage OnUnreadableImage { get; set; } = ByolUnreadableImage.Skip;

    /// <summary>Receives each image that cannot be read, in training and wherever
    /// <see cref="ByolEmbeddingTransformer.Transform"/> gives NaN or throws, on the thread that reads; a row that is
    /// read again is reported again.</summary>
    /// <value>The default value is null.</value>
    public IProgress<ByolUnreadableRow>? UnreadableImages { get; set; }

    /// <summary>The most pixels that an image file may have and be decoded: more are not read into memory. A JPEG above
    /// it is decoded at a half, a quarter or an eighth of its size, whose pixels then differ a little from those that a
    /// saved pipeline, which has no limit, would see; any other image above it is unreadable.</summary>
    /// <value>The default value is 64,000,000. Range: 4096 or more.</value>
    [Range(4096.0, long.MaxValue)]
    public long MaxImagePixels { get; set; } = 64_000_000;

    /// <summary>
    /// Bytes of embeddings that a transformer remembers, so that a trainer's later passes read memory.
    /// </summary>
    /// <value>The default value is 1 GiB. Range: 0 or more.</value>
    [Range(0.0, long.MaxValue)]
    public long EmbeddingMemoryBytes { get; set; } = 1L << 30;

    /// <summary>Checks all values at once; whatever takes options does so too.</summary>
    /// <exception cref="ArgumentException">One or more values are out of range; a line for each names the property, its
    /// value and the range.</exception>
    public void Validate() => OptionsValidator.Validate(this);
}
