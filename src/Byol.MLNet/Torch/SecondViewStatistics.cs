using static TorchSharp.torch;

namespace Byol.MLNet.Torch;

/// <summary>
/// Places for batch norm's statistics of the second view's batch while the first view's may be written; the running
/// ones follow them once both views are done.
/// </summary>
internal sealed class SecondViewStatistics : IDisposable
{
    private readonly List<(Tensor Running, Tensor OfBatch, double Momentum)> _places = [];

    /// <summary>A place that takes what the batch's statistic is.</summary>
    /// <param name="running">The statistic that will follow it.</param>
    /// <param name="momentum">By how much.</param>
    public Tensor PlaceOf(Tensor running, double momentum)
    {
        // Not empty: a momentum of 1 takes what is there times 0, which leaves a NaN one.
        var ofBatch = zeros_like(running).DetachFromDisposeScope();
        _places.Add((running, ofBatch, momentum));
        return ofBatch;
    }

    /// <summary>Lets the running statistics follow the second view's batch.</summary>
    public void Follow()
    {
        using var _ = no_grad();
        foreach (var (running, ofBatch, momentum) in _places)
        {
            running.ScaleInPlace(1 - momentum).AddInPlace(ofBatch, momentum);
        }
        Dispose();
    }

    /// <summary>Forgets what a step that failed has left.</summary>
    public void Dispose()
    {
        _places.ForEach(place => place.OfBatch.Dispose());
        _places.Clear();
    }
}
