namespace Byol.MLNet.Images;

/// <summary>
/// Bytes that pictures may take while they are decoded, in the whole process: many large ones at once would not fit
/// into a small container. A picture that is larger than all of it is decoded alone.
/// </summary>
internal sealed class DecodingBudget(long bytes)
{
    private const long Least = 64L << 20;
    private const long Most = 1L << 30;
    private const int ShareOfMemory = 4;

    private readonly object _gate = new();
    private long _used;

    /// <summary>A quarter of the memory that the process may have, between 64 MiB and 1 GiB.</summary>
    public static DecodingBudget Process { get; } =
        new(Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / ShareOfMemory, Least, Most));

    /// <summary>Waits until there is room; it is given back when the result is disposed.</summary>
    public IDisposable Take(long wanted)
    {
        lock (_gate)
        {
            while (_used > 0 && _used + wanted > bytes)
            {
                Monitor.Wait(_gate);
            }
            _used += wanted;
        }
        return new Part(this, wanted);
    }

    private void GiveBack(long taken)
    {
        lock (_gate)
        {
            _used -= taken;
            Monitor.PulseAll(_gate);
        }
    }

    private sealed class Part(DecodingBudget owner, long taken) : IDisposable
    {
        public void Dispose() => owner.GiveBack(taken);
    }
}
