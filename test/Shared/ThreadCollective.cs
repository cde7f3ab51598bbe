using System.Runtime.ExceptionServices;

namespace Byol.MLNet.Tests;

/// <summary>Several threads of this process in the place of processes.</summary>
internal sealed class ThreadCollective : IByolCollective
{
    private readonly Group _group;

    private ThreadCollective(Group group, int rank)
    {
        _group = group;
        Rank = rank;
    }

    public int Rank { get; }

    public int Size => _group.Size;

    /// <summary>Runs something once for each of so many "processes", and returns what each gave.</summary>
    public static T[] Run<T>(int size, Func<IByolCollective, T> run)
    {
        var group = new Group(size);
        var results = new T[size];
        var failures = new Exception?[size];
        Thread[] threads =
        [
            .. Enumerable.Range(0, size).Select(rank => new Thread(() =>
            {
                try
                {
                    results[rank] = run(new ThreadCollective(group, rank));
                }
                catch (Exception exception)
                {
                    failures[rank] = exception;
                }
            })),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        // A failure, not what it made of the others.
        if (failures.OfType<Exception>().MinBy(failure => failure.GetBaseException() is AbortedException) is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
        return results;
    }

    public void Sum(Span<float> values)
    {
        _group.Parts[Rank] = values.ToArray();
        _group.Meet();
        values.Clear();
        foreach (var part in _group.Parts)
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] += part[i];
            }
        }
        _group.Meet();
    }

    public void Broadcast(Span<byte> values)
    {
        if (Rank == 0)
        {
            _group.First = values.ToArray();
        }
        _group.Meet();
        _group.First.CopyTo(values);
        _group.Meet();
    }

    public void Abort(string reason) => _group.Aborted.Cancel();

    private sealed class AbortedException() : Exception("Another process failed.");

    private sealed class Group(int size)
    {
        private readonly Barrier _barrier = new(size);

        public int Size => size;

        public float[][] Parts { get; } = new float[size][];

        public byte[] First { get; set; } = [];

        public CancellationTokenSource Aborted { get; } = new();

        public void Meet()
        {
            try
            {
                _barrier.SignalAndWait(Aborted.Token);
            }
            catch (OperationCanceledException)
            {
                throw new AbortedException();
            }
        }
    }
}
