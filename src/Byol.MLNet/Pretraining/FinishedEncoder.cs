using System.Runtime.InteropServices;
using Byol.MLNet.Collectives;
using Byol.MLNet.Encoders;
using Byol.MLNet.Onnx;

namespace Byol.MLNet.Pretraining;

/// <summary>The encoder that comes out of a run.</summary>
/// <param name="Weights">Its weights.</param>
/// <param name="Whitening">What its model does to its output.</param>
internal sealed record FinishedEncoder(NetworkWeights Weights, EmbeddingWhitening? Whitening)
{
    /// <summary>Whether the run was stopped before all was done that follows its last step.</summary>
    public bool IsCutShort { get; init; }

    /// <summary>The decision between it and the encoder that the run started from; null where there was none.</summary>
    public StartGuard? Guard { get; init; }

    /// <summary>Process 0's: on other processors what is fitted and compared after the last step comes out a little
    /// differently.</summary>
    public FinishedEncoder OfFirst(IByolCollective collective)
    {
        if (collective.Size == 1)
        {
            return this;
        }
        var whitening = WhiteningOfFirst(collective);
        var mean = Weights.Specs.FirstOrDefault(spec => spec.Name == EmbeddingWhitening.Mean);
        var values = (int)collective.OfFirst(mean?.Count ?? 0);
        var encoder = Weights.Specs.Where(spec => !EmbeddingWhitening.Has(spec));
        var weights = new NetworkWeights(
            [.. encoder, .. whitening?.Tensors(values) ?? []],
            spec =>
            {
                var tensor = collective.Rank == 0 ? Weights[spec.Name].ToArray() : new float[spec.Count];
                collective.Broadcast(MemoryMarshal.AsBytes(tensor.AsSpan()));
                return tensor;
            });
        return new FinishedEncoder(weights, whitening)
        {
            IsCutShort = collective.OfFirst(IsCutShort),
            Guard = Guard is null ? null : Guard with { KeepsStart = collective.OfFirst(Guard.KeepsStart) },
        };
    }

    private EmbeddingWhitening? WhiteningOfFirst(IByolCollective collective)
    {
        var isThere = collective.OfFirst(Whitening is not null);
        var own = Whitening ?? new EmbeddingWhitening(ByolWhitening.None, 0);
        var first = new EmbeddingWhitening(collective.OfFirst(own.Kind), collective.OfFirst(own.Dimension));
        return isThere ? first : null;
    }
}
