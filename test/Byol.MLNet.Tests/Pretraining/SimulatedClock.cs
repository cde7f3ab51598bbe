namespace Byol.MLNet.Tests.Pretraining;

/// <summary>A clock that goes by as much as it is told to; with a cost, also each time that it is looked at.</summary>
internal sealed class SimulatedClock(Func<TimeSpan, TimeSpan>? costOfALook = null) : TimeProvider
{
    public TimeSpan Now { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(double seconds) => Now += TimeSpan.FromSeconds(seconds);

    public override long GetTimestamp()
    {
        Now += costOfALook?.Invoke(Now) ?? TimeSpan.Zero;
        return Now.Ticks;
    }
}
