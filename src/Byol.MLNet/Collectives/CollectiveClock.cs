namespace Byol.MLNet.Collectives;

/// <summary>The clock of process 0, for decisions by the time that all processes must make alike.</summary>
internal sealed class CollectiveClock(IByolCollective collective, TimeProvider own) : TimeProvider
{
    public override long TimestampFrequency => own.TimestampFrequency;

    public override long GetTimestamp() => collective.OfFirst(own.GetTimestamp());
}
