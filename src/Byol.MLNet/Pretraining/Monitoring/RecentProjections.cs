using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Monitoring;

/// <summary>
/// Projections of the last batches, as many as a spectrum needs: eight samples a dimension, else its tail means
/// nothing.
/// </summary>
internal sealed class RecentProjections : IDisposable
{
    private const int SamplesPerDimension = 8;

    private readonly Queue<Tensor> _batches = [];

    /// <summary>Takes a copy of a batch's projection.</summary>
    public void Add(Tensor projection)
    {
        _batches.Enqueue(projection.clone().DetachFromDisposeScope());
        while (_batches.Count > 1 && Samples() - _batches.Peek().shape[0] >= SamplesPerDimension * projection.shape[1])
        {
            _batches.Dequeue().Dispose();
        }
    }

    /// <summary>
    /// Eigenvalues of the covariance, the largest first, their ratio where there are enough samples, and the effective
    /// rank.
    /// </summary>
    public (double[] Eigenvalues, double? Ratio, double EffectiveRank) Spectrum()
    {
        using var scope = NewDisposeScope();
        var projections = cat([.. _batches]);
        var eigenvalues = FeatureDiagnostics.Eigenvalues(projections);
        double? ratio = projections.shape[0] >= SamplesPerDimension * projections.shape[1]
            ? eigenvalues[0] / eigenvalues[^1]
            : null;
        return (eigenvalues, ratio, FeatureDiagnostics.EffectiveRank(projections));
    }

    /// <summary>The projections' values, batch by batch, the oldest first.</summary>
    public IReadOnlyList<float[]> Export()
    {
        using var scope = NewDisposeScope();
        return [.. _batches.Select(batch => batch.cpu().contiguous().data<float>().ToArray())];
    }

    /// <summary>Takes exported projections of the given dimension in place of its own.</summary>
    /// <exception cref="InvalidDataException">They are of another dimension.</exception>
    public void Load(IReadOnlyList<float[]> batches, int dimension, Device device)
    {
        Dispose();
        foreach (var values in batches)
        {
            if (values.Length == 0 || values.Length % dimension != 0)
            {
                throw new InvalidDataException(
                    $"The checkpoint cannot be used: "
                    + $"{values.Length} values are no projections of {dimension} dimensions.");
            }
            var batch = tensor(values, [values.Length / dimension, dimension], device: device);
            _batches.Enqueue(batch.DetachFromDisposeScope());
        }
    }

    public void Dispose()
    {
        while (_batches.TryDequeue(out var batch))
        {
            batch.Dispose();
        }
    }

    private long Samples() => _batches.Sum(batch => batch.shape[0]);
}
