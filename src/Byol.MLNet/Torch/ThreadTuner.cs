using Byol.MLNet.Foundation;

namespace Byol.MLNet.Torch;

/// <summary>
/// Trains on fewer threads while other programs keep processors busy. libtorch's threads meet after every operation,
/// and both halves of a step at its ends, so that a thread that does not get its processor holds up all: several beside
/// a busy program can be far slower than one alone. Where others are seen to work, some steps are taken on one thread,
/// and the quicker number is kept; when they are gone, it is tried again. An idle machine is never tried.
/// </summary>
/// <param name="threads">The run's number of threads.</param>
/// <param name="setThreads">Sets libtorch's.</param>
/// <param name="otherProcessors">Processors that others keep busy since it was asked last.</param>
/// <param name="processors">Processors of the machine.</param>
/// <param name="log">Is told of each change.</param>
internal sealed class ThreadTuner(
    int threads, Action<int> setThreads, Func<double> otherProcessors, int processors, ITrainingLog log)
{
    // Long enough for the system's own clock of processor time, and to be worth little of a run.
    private const double SecondsBetweenLooks = 0.5;
    private const double SecondsBetweenTrials = 20;
    private const double SecondsBeforeReturn = 3;

    private const double Negligible = 0.25;
    private const double WorthIt = 0.95;
    private const double Hopeless = 4;

    // The first step on another number of threads makes or wakes them.
    private const int TrialSteps = 3;

    private readonly int _all = threads;
    private readonly List<double> _trial = [];
    private readonly Queue<double> _recent = [];
    private double _sinceLook;
    private double _sinceTrial = SecondsBetweenTrials;
    private bool? _halfSize;
    private bool _isContended;

    /// <summary>Threads of the next step.</summary>
    public int Current { get; private set; } = threads;

    private bool IsTrial { get; set; }

    private int Other => Current == 1 ? _all : 1;

    /// <summary>Takes note of a step, and sets the number of threads for the next one.</summary>
    /// <param name="seconds">What the step took.</param>
    /// <param name="isHalfSize">Whether its views were of half the size: only like steps are compared.</param>
    public void Add(double seconds, bool isHalfSize)
    {
        if (_all == 1)
        {
            return;
        }
        if (_halfSize != isHalfSize)
        {
            Restart(isHalfSize);
            return;
        }
        if (IsTrial)
        {
            AddTrial(seconds);
            return;
        }
        _recent.Enqueue(seconds);
        if (_recent.Count > TrialSteps)
        {
            _recent.Dequeue();
        }
        _sinceLook += seconds;
        _sinceTrial += seconds;
        if (_sinceLook >= SecondsBetweenLooks)
        {
            _sinceLook = 0;
            Look(otherProcessors());
        }
    }

    private void Restart(bool isHalfSize)
    {
        _halfSize = isHalfSize;
        _recent.Clear();
        _trial.Clear();
        if (IsTrial)
        {
            Use(Other);
        }
        IsTrial = false;
        _sinceTrial = SecondsBetweenTrials;
    }

    private void Look(double others)
    {
        var isContended = others > Negligible && others + _all > processors + Negligible;
        var isAlone = Current == 1 && others <= Negligible;
        if (isContended && !_isContended)
        {
            // Steps of a time without others say nothing of one with them.
            _recent.Clear();
        }
        _isContended = isContended;
        var isDue = _sinceTrial >= (isAlone ? SecondsBeforeReturn : SecondsBetweenTrials);
        if (_recent.Count > 0 && isDue && (isAlone || isContended))
        {
            IsTrial = true;
            Use(Other);
        }
    }

    private void AddTrial(double seconds)
    {
        _trial.Add(seconds);
        var before = _recent.Order().ElementAt(_recent.Count / 2);
        if (_trial.Count < TrialSteps && seconds < Hopeless * before)
        {
            return;
        }
        // Without the first step, which pays for the change.
        var tried = _trial.Skip(1).DefaultIfEmpty(seconds).Min();
        if (tried < WorthIt * before)
        {
            log.Info(Current == 1
                ? "Other programs keep processors busy: training goes on on one thread, which is quicker beside them."
                : $"The processors are free again: training goes on on {Current} threads.");
            _recent.Clear();
        }
        else
        {
            Use(Other);
        }
        _trial.Clear();
        IsTrial = false;
        _sinceTrial = 0;
        // What the trial itself kept busy is no other program's.
        otherProcessors();
        _sinceLook = 0;
    }

    private void Use(int count)
    {
        Current = count;
        setThreads(count);
    }
}
