namespace Byol.MLNet.Collectives;

/// <summary>The processes of an MPI job.</summary>
internal sealed class MpiCollective : IByolCollective
{
    // The exit code of a program that Ctrl+C ended; all processes end so together.
    private const int Interrupted = 130;

    // Of 1 MB, which a core's cache holds: in pieces of it Open MPI sums gradients faster than at once.
    private const int PieceLength = 1 << 18;

    private readonly MpiLibrary _library;
    private int _underWay;

    private MpiCollective(MpiLauncher launcher)
    {
        _library = MpiLibrary.Load(launcher.Library);
        (Rank, Size) = (launcher.Rank, launcher.Size);
        // A process that leaves without this is one that failed, and its launcher ends the others.
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            if (Environment.ExitCode is 0 or Interrupted && Volatile.Read(ref _underWay) == 0)
            {
                _library.Finish();
            }
        };
    }

    /// <summary>The job that this process belongs to, joined once; a single process where no launcher started
    /// it.</summary>
    public static Lazy<IByolCollective> Current { get; } = new(
        () => MpiLauncher.Current is { Size: > 1 } launcher
            ? new MpiCollective(launcher)
            : SingleProcess.Instance);

    public int Rank { get; }

    public int Size { get; }

    public void Sum(Span<float> values)
    {
        Interlocked.Increment(ref _underWay);
        for (var start = 0; start < values.Length; start += PieceLength)
        {
            _library.Sum(values.Slice(start, Math.Min(PieceLength, values.Length - start)));
        }
        Interlocked.Decrement(ref _underWay);
    }

    public void Broadcast(Span<byte> values)
    {
        Interlocked.Increment(ref _underWay);
        _library.Broadcast(values);
        Interlocked.Decrement(ref _underWay);
    }

    public void Abort(string reason)
    {
        Console.Error.WriteLine($"Process {Rank} of {Size} failed: {reason}");
        Console.Error.Flush();
        _library.Abort();
    }
}
