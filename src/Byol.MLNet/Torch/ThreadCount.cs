using Byol.MLNet.Foundation;
using static TorchSharp.torch;

namespace Byol.MLNet.Torch;

/// <summary>
/// libtorch's threads: sums are added up in another order by another number of them, so that a resumed run takes the
/// number that it began with. Disposing gives back the number before.
/// </summary>
internal sealed class ThreadCount : IDisposable
{
    private static readonly Lock Gate = new();
    private static int _alive;
    private static int _numberOfAlive;

    private readonly int _before;
    private readonly ITrainingLog _log;
    private ThreadTuner? _tuner;

    /// <param name="wanted">The run's number; null takes the present one.</param>
    /// <param name="log">Is told where the machine has fewer.</param>
    public ThreadCount(int? wanted, ITrainingLog log)
    {
        _log = log;
        _before = Begin();
        Count = _before;
        if (wanted is not { } count || count == _before)
        {
            return;
        }
        if (count <= Environment.ProcessorCount)
        {
            set_num_threads(count);
            Count = count;
            log.Info($"Training on {Counted.Text(count, "thread")}, as the run began, instead of {_before}.");
        }
        else
        {
            log.Warning(
                $"The run began on {Counted.Text(count, "thread")} and goes on with {_before}: "
                + $"this machine has {Counted.Text(Environment.ProcessorCount, "processor")}. "
                + "Its last digits will differ from those of a run that was never stopped.");
        }
    }

    /// <summary>The run's number, from which it may go down beside other work.</summary>
    public int Count { get; }

    /// <summary>Lets the number go down while other programs keep processors busy.</summary>
    public void TuneBesideOtherWork() =>
        _tuner = new ThreadTuner(Count, set_num_threads, new OtherWork().Processors, Environment.ProcessorCount, _log);

    /// <summary>Takes note of a step.</summary>
    public void AddStep(double seconds, bool isHalfSize) => _tuner?.Add(seconds, isHalfSize);

    public void Dispose()
    {
        lock (Gate)
        {
            _alive--;
        }
        set_num_threads(_before);
    }

    // libtorch has a number for each thread, and one for the process, which new threads take. A step of another fit has
    // halved both: a fit that begins meanwhile takes the number that the other one began with.
    private static int Begin()
    {
        lock (Gate)
        {
            var number = get_num_threads();
            if (_alive++ == 0)
            {
                _numberOfAlive = number;
            }
            else if (number == _numberOfAlive / 2 || number == _numberOfAlive - _numberOfAlive / 2)
            {
                number = _numberOfAlive;
                set_num_threads(number);
            }
            return number;
        }
    }
}
