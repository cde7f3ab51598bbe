using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace Byol.MLNet.Torch;

/// <summary>
/// The two halves of a step at once, each on half of libtorch's threads (the first on one more of an odd number): both
/// views of a batch, or both halves of the weights. Threads that share an operation wait for one another at its end,
/// which small operations spend much of their time on; two views need no such waiting. Where libtorch has one thread,
/// the halves go one after the other.
/// </summary>
/// <param name="isPossible">Whether halves may go at once: not on a GPU, which has its own ways, nor where processes
/// take statistics together, which they must do in one order.</param>
internal sealed class SideBySide(bool isPossible = true) : IDisposable
{
    [ThreadStatic]
    private static bool _isSecond;

    private readonly SemaphoreSlim _begin = new(0);
    private readonly SemaphoreSlim _end = new(0);
    private Thread? _thread;
    private Action? _work;
    private int _threadsOfSecond;

    /// <summary>
    /// Whether this thread does the second half while another one does the first: what a network has once, such as its
    /// running statistics, is the other's to write.
    /// </summary>
    public static bool IsSecond => _isSecond;

    /// <summary>
    /// Halves libtorch's threads until the result is disposed. What lies between two halves then runs on half of the
    /// threads too: waking the others for it would leave them spinning where the second half is about to begin.
    /// </summary>
    /// <param name="isWanted">Whether the halves of this time may go at once.</param>
    public Section Begin(bool isWanted = true)
    {
        var threads = get_num_threads();
        _threadsOfSecond = isPossible && isWanted ? threads / 2 : 0;
        if (_threadsOfSecond > 0)
        {
            set_num_threads(threads - _threadsOfSecond);
        }
        return new Section(this, threads);
    }

    /// <summary>Both results, which must not depend on one another.</summary>
    public (T First, T Second) Run<T>(Func<T> first, Func<T> second)
    {
        var (ofFirst, ofSecond) = (default(T)!, default(T)!);
        Run(() => { ofFirst = first(); }, () => { ofSecond = second(); });
        return (ofFirst, ofSecond);
    }

    /// <summary>Both halves, which must not depend on one another.</summary>
    public void Run(Action first, Action second)
    {
        if (_threadsOfSecond == 0)
        {
            first();
            second();
            return;
        }
        var error = default(ExceptionDispatchInfo);
        _thread ??= Start();
        _work = () =>
        {
            try
            {
                second();
            }
            catch (Exception exception)
            {
                error = ExceptionDispatchInfo.Capture(exception);
            }
        };
        _begin.Release();
        try
        {
            first();
        }
        finally
        {
            _end.Wait();
            _work = null;
        }
        error?.Throw();
    }

    public void Dispose()
    {
        _work = null;
        _begin.Release();
        _thread?.Join();
        _begin.Dispose();
        _end.Dispose();
    }

    private Thread Start()
    {
        var thread = new Thread(Work) { IsBackground = true, Name = "second half of a step" };
        thread.Start();
        return thread;
    }

    private void Work()
    {
        _isSecond = true;
        // A thread takes the process's number when it first uses libtorch, over one that was set before.
        _ = get_num_threads();
        var threads = 0;
        while (true)
        {
            _begin.Wait();
            if (_work is not { } work)
            {
                return;
            }
            if (threads != _threadsOfSecond)
            {
                // Each thread has its own number.
                threads = _threadsOfSecond;
                set_num_threads(threads);
            }
            work();
            _end.Release();
        }
    }

    /// <summary>A time during which libtorch's threads are halved.</summary>
    internal readonly struct Section(SideBySide sides, int threads) : IDisposable
    {
        public void Dispose()
        {
            if (sides._threadsOfSecond > 0)
            {
                sides._threadsOfSecond = 0;
                set_num_threads(threads);
            }
        }
    }
}
