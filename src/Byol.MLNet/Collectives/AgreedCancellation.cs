namespace Byol.MLNet.Collectives;

/// <summary>Cancels all processes between the same two steps, once any of them is to stop.</summary>
internal sealed class AgreedCancellation(IByolCollective collective, CancellationToken own) : IDisposable
{
    private readonly CancellationTokenSource _source = new();

    /// <summary>What the run looks at.</summary>
    public CancellationToken Token => collective.Size == 1 ? own : _source.Token;

    /// <summary>Asks whether any process is to stop. All processes do this at the same points.</summary>
    public void Agree()
    {
        if (collective.Size > 1 && collective.Any(own.IsCancellationRequested))
        {
            _source.Cancel();
        }
    }

    /// <exception cref="OperationCanceledException">The processes are to stop.</exception>
    public void ThrowIfAgreed()
    {
        Agree();
        Token.ThrowIfCancellationRequested();
    }

    public void Dispose() => _source.Dispose();
}
