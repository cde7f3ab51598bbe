using System.Collections.Concurrent;
using Byol.MLNet.Onnx;
using Microsoft.ML;

namespace Byol.MLNet.Embedding;

/// <summary>
/// A frozen encoder with what all transformers made of it share: the session that embeds in batches, and the embeddings
/// that are remembered, so that the folds of a cross-validation do not embed the same pictures again.
/// </summary>
internal sealed class SharedEncoder(TransformsCatalog catalog, FrozenEncoder encoder)
{
    private readonly ConcurrentDictionary<long, EmbeddingMemory> _memories = [];

    public FrozenEncoder Encoder { get; } = encoder;

    public Shared<BatchEmbedder> Embedder { get; } = new(() => new BatchEmbedder(catalog, encoder));

    /// <summary>What is remembered under the settings' limit.</summary>
    public EmbeddingMemory Memory(EmbeddingSettings settings) =>
        _memories.GetOrAdd(settings.MemoryBytes, bytes => new EmbeddingMemory(bytes));
}
