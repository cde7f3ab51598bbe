using System.Diagnostics;

namespace Byol.MLNet.Pretraining.Monitoring;

/// <summary>Parts of a training step.</summary>
internal enum Phase
{
    Load,
    Augmentation,
    Online,
    Target,
    Optimizer,
    Diagnostics,
    Exchange,
}

/// <summary>Adds up the time that the parts of training steps take. Safe for several threads.</summary>
internal sealed class PhaseClock
{
    private readonly long[] _ticks = new long[Enum.GetValues<Phase>().Length];
    private long _start = Stopwatch.GetTimestamp();

    /// <summary>Time since the start or the last <see cref="Restart"/>.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(Interlocked.Read(ref _start));

    /// <summary>Measures until the result is disposed.</summary>
    public Measurement Measure(Phase phase) => new(this, phase, Stopwatch.GetTimestamp());

    /// <summary>Adds time that was measured elsewhere.</summary>
    public void Add(Phase phase, TimeSpan time) =>
        Interlocked.Add(ref _ticks[(int)phase], (long)(time.TotalSeconds * Stopwatch.Frequency));

    public void Restart()
    {
        Array.Clear(_ticks);
        Interlocked.Exchange(ref _start, Stopwatch.GetTimestamp());
    }

    public ByolPhases Shares()
    {
        var total = Elapsed.TotalSeconds * Stopwatch.Frequency;
        double Of(Phase phase) => Interlocked.Read(ref _ticks[(int)phase]) / total;
        return new ByolPhases(
            Of(Phase.Load), Of(Phase.Augmentation), Of(Phase.Online), Of(Phase.Target), Of(Phase.Optimizer),
            Of(Phase.Diagnostics))
        {
            Exchange = Of(Phase.Exchange),
        };
    }

    /// <summary>A running measurement.</summary>
    internal readonly struct Measurement(PhaseClock clock, Phase phase, long start) : IDisposable
    {
        public void Dispose() => Interlocked.Add(ref clock._ticks[(int)phase], Stopwatch.GetTimestamp() - start);
    }
}
