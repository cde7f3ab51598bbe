using Byol.MLNet.Pretraining.Checkpoints;

namespace Byol.MLNet.Pretraining;

/// <summary>
/// Fits a run to a time. Nothing is measured beforehand: after each step the steps that are left are estimated from the
/// last ones, and the schedules go on by the share of what is left that one step is. So they reach their ends with the
/// time, also on a machine whose speed changes. All that the run does counts: steps, scoring and checkpoints.
/// </summary>
internal sealed class TimeBudget
{
    private const double Window = 0.05;

    // Kept back for the last scoring and checkpoint, at most; and by how much a run that has no step left may be
    // longer.
    private const double LargestReserve = 0.2;
    private const double Excess = 0.1;
    private const double MostSteps = 1e12;

    // A run that begins at half size takes these two steps at the whole size, to learn what that costs; the first of
    // them warms up.
    private const int SizeTrial = 3;

    // A step goes forward and backward through the online network and forward through the target: eight forwards of a
    // batch. A held-out image costs four, one of a probe one.
    private const double HeldOutCost = 0.5;
    private const double ProbeCost = 0.125;

    private readonly RunTimer _timer;
    private double _budget;
    private readonly double _halfSizeFraction;
    private readonly StepTimes _times;
    private double _progress;
    private double? _firstStep;
    private double _stepStart;
    private double _expectedScoring;
    private double? _scoring;
    private double _saving;
    private bool _isLastStep;

    /// <param name="timer">The run's time so far.</param>
    /// <param name="budget">Time for the whole run, the parts before a resume included.</param>
    /// <param name="halfSizeFraction">Part of the run with views of half the size.</param>
    /// <param name="expectedSteps">A first guess at the run's length.</param>
    /// <param name="steps">Steps that were taken before a resume.</param>
    /// <param name="state">Where the run stood then; null where it had no budget: its time says that.</param>
    public TimeBudget(
        RunTimer timer,
        TimeSpan budget,
        double halfSizeFraction,
        long expectedSteps,
        long steps = 0,
        BudgetState? state = null)
    {
        _timer = timer;
        _budget = budget.TotalSeconds;
        _halfSizeFraction = halfSizeFraction;
        _times = new StepTimes(Window * _budget, state?.SecondsPerStep, state?.SizeRatio ?? StepTimes.UsualSizeRatio);
        // A run that is made longer by a resume has gone through less of its schedules.
        var passed = state is null ? timer.Seconds : state.Progress * state.Seconds;
        _progress = steps == 0 ? 0 : Math.Min(passed / _budget, 1);
        Steps = steps;
        IsOver = steps > 0 && (_progress >= 1 || Left <= 0);
        TotalSteps = IsOver ? steps : Math.Max(expectedSteps, steps + 1);
        Plan();
    }

    /// <summary>The budget of a run; null where it has no time to keep to.</summary>
    /// <param name="time">Time for the whole run.</param>
    /// <param name="inputs">The run.</param>
    /// <param name="timer">Its time so far.</param>
    /// <param name="resumed">Where it stood before a resume; null at the start.</param>
    public static TimeBudget? Of(TimeSpan? time, RunInputs inputs, RunTimer timer, CheckpointManifest? resumed)
    {
        if (time is not { } budget)
        {
            return null;
        }
        var (recipe, plan) = (inputs.Recipe, inputs.Plan);
        var scored = HeldOutCost * plan.Validation.Length + ProbeCost * (inputs.Probe?.Count ?? 0);
        var kept = new TimeBudget(
            timer, budget, recipe.Views.HalfSizeFraction, plan.TotalSteps, resumed?.Step ?? 0, resumed?.Budget);
        kept.ExpectScoring(scored / recipe.StepImages);
        return kept;
    }

    /// <summary>Whether the last step has been taken.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Optimiser steps taken.</summary>
    public long Steps { get; private set; }

    /// <summary>Steps of the whole run, as estimated after the last one; exact once it is over.</summary>
    public long TotalSteps { get; private set; }

    /// <summary>Where the schedules stand, as a step of a run of so many steps.</summary>
    public (double Step, double Total) Position =>
        (_isLastStep ? TotalSteps - 1 : Math.Min(_progress * TotalSteps, TotalSteps - 1), TotalSteps);

    /// <summary>Whether the time and a tenth of it are over, so that a scoring is to stop early.</summary>
    public bool IsExceeded => _timer.Seconds > (1 + Excess) * _budget;

    /// <summary>The time that is left of the budget.</summary>
    public TimeSpan TimeLeft =>
        TimeSpan.FromSeconds(Math.Clamp(_budget - _timer.Seconds, 0, TimeSpan.MaxValue.TotalSeconds / 2));

    private double Left => _budget - _timer.Seconds - Math.Min(Reserve, LargestReserve * _budget);

    private double Reserve => (_scoring ?? _expectedScoring * _times.Seconds ?? 0) + _saving;

    /// <summary>Whether the views of a step are of half the size. It is asked when they are drawn, ahead of the step
    /// and by another thread.</summary>
    public bool IsHalfSize(long step) =>
        Volatile.Read(ref _progress) < _halfSizeFraction && step is not (SizeTrial or SizeTrial + 1);

    public BudgetState Capture() => new(_budget, _progress, _times.Seconds, _times.SizeRatio);

    /// <summary>Keeps time back for the first scoring, which costs about so many steps; later ones are
    /// measured.</summary>
    public void ExpectScoring(double steps) => _expectedScoring = steps;

    public void BeginStep()
    {
        _stepStart = _timer.Seconds;
        _firstStep ??= _stepStart;
        Plan();
    }

    public void EndStep(bool isHalfSize)
    {
        _times.Add(_timer.Seconds - _stepStart, isHalfSize);
        Steps++;
        // A last step that ends the schedules is worth a little more than the time, but not many times as much.
        if (_isLastStep || (Left <= 0 && SecondsAStep() > Excess * _budget))
        {
            Volatile.Write(ref _progress, 1);
            TotalSteps = Steps;
            IsOver = true;
            return;
        }
        Volatile.Write(ref _progress, _progress + (1 - _progress) / (StepsLeft() + 1));
        Plan();
    }

    /// <summary>Keeps time back for what follows the last step; half of the budget is for steps in any case.</summary>
    public void KeepBack(double seconds) => _budget = Math.Max(_budget - seconds, _budget / 2);

    /// <summary>Runs a scoring; time for as much is kept back at the end.</summary>
    public T Score<T>(Func<T> action)
    {
        var before = _timer.Seconds;
        var result = action();
        _scoring = _timer.Seconds - before;
        return result;
    }

    /// <summary>Writes a checkpoint; time for as much is kept back at the end.</summary>
    public void Save(Action action)
    {
        var before = _timer.Seconds;
        action();
        _saving = _timer.Seconds - before;
    }

    private void Plan()
    {
        if (_times.Seconds is null || IsOver)
        {
            return;
        }
        var left = StepsLeft();
        _isLastStep = left < 1.5;
        TotalSteps = Steps + (long)Math.Max(Math.Round(left), 1);
    }

    private double StepsLeft() =>
        Math.Min(Math.Max(Left, 0) * (1 - ShareBesideSteps()) / Math.Max(SecondsAStep(), 1e-9), MostSteps);

    /// <summary>The mean over the steps that are left.</summary>
    private double SecondsAStep()
    {
        var halfSize = Math.Max((_halfSizeFraction - _progress) / (1 - _progress), 0);
        return _times.Seconds!.Value * (1 - halfSize + halfSize / _times.SizeRatio);
    }

    private double ShareBesideSteps()
    {
        // Before the first step of a resumed run is done, nothing tells.
        var spent = _timer.Seconds - _firstStep;
        return _times.Total > 0 && spent > 0 ? Math.Clamp(1 - _times.Total / spent.Value, 0, 0.99) : 0;
    }
}
