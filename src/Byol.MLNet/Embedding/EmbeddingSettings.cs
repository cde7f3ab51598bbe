namespace Byol.MLNet.Embedding;

/// <summary>The options that matter after training.</summary>
internal sealed record EmbeddingSettings(
    ByolUnreadableImage OnUnreadableImage,
    long MemoryBytes,
    long MaxImagePixels,
    IProgress<ByolUnreadableRow>? UnreadableImages)
{
    public static EmbeddingSettings Default { get; } = Of(new ByolEmbeddingOptions());

    public static EmbeddingSettings Of(ByolEmbeddingOptions options) =>
        new(options.OnUnreadableImage, options.EmbeddingMemoryBytes, options.MaxImagePixels, options.UnreadableImages);
}
