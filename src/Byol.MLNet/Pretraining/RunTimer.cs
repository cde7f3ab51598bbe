namespace Byol.MLNet.Pretraining;

/// <summary>How long a run has taken, the parts before a resume included.</summary>
internal sealed class RunTimer(TimeProvider clock, double secondsBefore)
{
    private readonly long _start = clock.GetTimestamp();

    public double Seconds => secondsBefore + clock.GetElapsedTime(_start).TotalSeconds;
}
