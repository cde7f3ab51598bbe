using System.Runtime.InteropServices;
using Byol.MLNet.Collectives;
using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
using Byol.MLNet.Pretraining.Checkpoints;
using Byol.MLNet.Pretraining.Methods;
using Byol.MLNet.Pretraining.Monitoring;
using Byol.MLNet.Pretraining.Probing;
using Byol.MLNet.Pretraining.Teaching;
using Byol.MLNet.Torch;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining;

/// <summary>The trained encoder's weights and what was reported on the way.</summary>
internal sealed record TrainingOutcome(
    FinishedEncoder Encoder, IReadOnlyList<ByolProgress> History, bool IsCancelled, ByolVerdict? Verdict);

/// <summary>Runs a pretraining from its start, or from a checkpoint, to its end.</summary>
/// <param name="options">What the run is told.</param>
/// <param name="recipe">What the result depends on, settled: of the length that the run is to have.</param>
/// <param name="seed">Of weights, order and views.</param>
/// <param name="device">Where it computes.</param>
/// <param name="log">Its log.</param>
/// <param name="clock">The time; null is the system's.</param>
/// <param name="method">Makes the method; null is what the recipe asks for.</param>
internal sealed class Pretrainer(
    ByolOptions options,
    ByolRecipe recipe,
    int seed,
    Device device,
    ITrainingLog log,
    TimeProvider? clock = null,
    Func<MethodSetup, IPretrainingMethod>? method = null)
{
    private readonly IByolCollective _collective = options.Collective ?? SingleProcess.Instance;

    /// <exception cref="InvalidOperationException">There are fewer images than one step needs, or the checkpoint is
    /// another run's.</exception>
    /// <exception cref="ByolCollapseException">The encoder collapsed.</exception>
    /// <exception cref="ByolDivergenceException">The loss is no longer a finite number.</exception>
    /// <exception cref="InterruptedTrainingException">Something else failed after the first step.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled before its first step, or the options say
    /// that this is an error.</exception>
    public TrainingOutcome Train(
        ImageStore store, StartingEncoder? start = null, Checkpoint? resumed = null, OnlineProbe? probe = null)
    {
        using var stop = new AgreedCancellation(_collective, options.CancellationToken);
        var plan = RunPlan.Of(recipe, store.Count, seed, device, resumed?.Manifest.Precision);
        var keeps = options.CheckpointDirectory is { Length: > 0 };
        var identity = keeps || _collective.Size > 1 ? RunIdentity.Of(options, recipe, seed, store) : null;
        if (identity is not null)
        {
            _collective.RequireSame(identity, options);
        }
        var checkpoints = keeps ? new Checkpointer(options, identity!, log, _collective) : null;
        if (resumed is not null)
        {
            checkpoints!.RequireSame(resumed);
        }
        RecipeChoice.WarnAboutStem(recipe, log);
        using var threads = new ThreadCount(resumed?.Manifest.ThreadsFor(_collective.Size), log);
        if (MayChangeThreads(plan))
        {
            threads.TuneBesideOtherWork();
        }
        using var heap = new RetainedHeap();
        using var scope = NewDisposeScope();
        var timer = new RunTimer(Clock(), resumed?.Manifest.Seconds ?? 0);
        var inputs = Inputs(store, plan, start, probe, stop.Token);
        if (start?.Teacher is { } teacher)
        {
            inputs = new TeacherPass(inputs, teacher, start.PictureSide ?? store.Side, log, stop)
                .Run(timer, options.MaxTrainingTime, checkpoints);
            plan = inputs.Plan;
        }
        LogBeginning(plan, threads.Count);
        var budget = TimeBudget.Of(options.MaxTrainingTime, inputs, timer, resumed?.Manifest);
        using var run = new TrainingRun(inputs, timer, log, budget, threads);
        if (start?.Weights is { } weights && resumed is null)
        {
            run.StartFrom(weights);
        }
        budget?.KeepBack(_collective.OfFirst(run.Finishing.ExpectedSeconds()));
        var history = new List<ByolProgress>();
        if (resumed is null)
        {
            stop.ThrowIfAgreed();
            Score(budget, run.ScoreStart);
        }
        else
        {
            run.Restore(resumed);
            history.AddRange(resumed.Manifest.History);
            var others = resumed.Manifest.OtherProcesses(_collective.Size);
            log.Info($"Resuming at step {run.Step} of {run.TotalSteps}{others}.");
            if (run.IsFinished)
            {
                log.Warning(
                    "There is nothing left to train: the run had its "
                    + $"{(budget is null ? "epochs" : nameof(options.MaxTrainingTime))} before, "
                    + "all its parts counted.");
            }
        }
        var firstStep = run.Step;
        ByolVerdict? verdict;
        try
        {
            verdict = Run(run, budget, history, checkpoints, stop);
        }
        catch (Exception exception) when (run.Step > firstStep && !IsVerdict(exception))
        {
            throw new InterruptedTrainingException(run.ExportEncoder(), run.Step, run.TotalSteps, Explained(exception));
        }
        catch (ExternalException exception) when (MemoryErrors.IsOutOfMemory(exception))
        {
            throw MemoryErrors.Explain(exception, device, recipe.BatchSize, recipe.Encoder.ImageSize);
        }
        // Without a step this fit has trained nothing that could be kept.
        if (options.OnCancellation == ByolCancellation.Throw || run.Step == firstStep)
        {
            stop.Token.ThrowIfCancellationRequested();
        }
        var trained = run.ExportEncoder();
        try
        {
            var encoder = run.Finishing.Finish(recipe.Adaptation.KeepsBetter ? start?.Weights : null);
            if (encoder.Guard is { } guard)
            {
                log.Info(guard.Sentence);
                verdict = verdict is null ? null : guard.Add(verdict);
            }
            return new TrainingOutcome(encoder, history, !run.IsFinished || encoder.IsCutShort, verdict);
        }
        catch (Exception exception)
        {
            throw new InterruptedTrainingException(trained, run.Step, run.TotalSteps, Explained(exception));
        }
    }

    private void LogBeginning(RunPlan plan, int threads)
    {
        var length = options.MaxTrainingTime is { } time ? $"{time} in epochs" : Counted.Text(recipe.Epochs, "epoch");
        log.Info(
            $"Pretraining on {plan.Training.Length} images ({plan.Validation.Length} held out), "
            + $"{length} of {Counted.Text(plan.StepsPerEpoch, "step")}, {plan.Compute} on {device}, "
            + $"{Counted.Text(threads, "thread")}{Processes}.");
    }

    private string Processes => _collective.Size == 1 ? "" : $", each of {_collective.Size} processes";

    private RunInputs Inputs(
        ImageStore store, RunPlan plan, StartingEncoder? start, OnlineProbe? probe, CancellationToken stop) => new(
        recipe,
        plan,
        seed,
        store,
        start?.Normalization ?? Normalization.ImageNet,
        probe,
        options.Activity,
        method ?? PretrainingMethods.Create,
        stop)
        {
            Collective = _collective,
            SynchronizesBatchNorm = options.SynchronizeBatchNorm,
        };

    private TimeProvider Clock()
    {
        var own = clock ?? TimeProvider.System;
        return _collective.Size == 1 ? own : new CollectiveClock(_collective, own);
    }

    // Another number of threads adds up in another order: not where the same seed is to give the same bytes.
    private bool MayChangeThreads(RunPlan plan) =>
        plan.Device.type == TorchSharp.DeviceType.CPU
            && _collective.Size == 1
            && (plan.Compute == bfloat16 || options.MaxTrainingTime is not null);

    private static T Score<T>(TimeBudget? budget, Func<T> score) => budget is null ? score() : budget.Score(score);

    /// <returns>The verdict; null where there is nothing to judge by.</returns>
    private ByolVerdict? Run(
        TrainingRun run,
        TimeBudget? budget,
        List<ByolProgress> history,
        Checkpointer? checkpoints,
        AgreedCancellation stop)
    {
        stop.ThrowIfAgreed();
        using var reports = new ProgressReports(
            new ReportTargets(options.Progress, options.ProgressFile, options.TensorBoardDirectory), log);
        while (!run.IsFinished && !stop.Token.IsCancellationRequested)
        {
            foreach (var result in run.RestOfEpoch())
            {
                Divergence.Check(run, result, checkpoints);
                if (run.IsAtEpochEnd)
                {
                    var progress = Score(budget, run.Report);
                    history.Add(progress);
                    reports.Add(progress);
                }
                else if (run.Step % options.ProgressEvery == 0)
                {
                    reports.Add(run.Report());
                }
                if (checkpoints?.IsDue(run) == true)
                {
                    Save();
                }
                stop.Agree();
                if (stop.Token.IsCancellationRequested)
                {
                    break;
                }
            }
        }
        if (run.IsFinished && history.Count > 0)
        {
            CollapseMonitor.CheckEnd(history[^1]);
        }
        Save();
        return RunVerdict.Conclude(run, history, reports);

        void Save()
        {
            if (budget is null)
            {
                checkpoints?.Save(run, history);
            }
            else
            {
                budget.Save(() => checkpoints?.Save(run, history));
            }
        }
    }

    // What the run itself says of its encoder, or its caller; anything else leaves an encoder that is worth keeping.
    private static bool IsVerdict(Exception exception) =>
        exception is ByolCollapseException or ByolDivergenceException or OperationCanceledException;

    private Exception Explained(Exception exception) =>
        exception is ExternalException native && MemoryErrors.IsOutOfMemory(native)
            ? MemoryErrors.Explain(native, device, recipe.BatchSize, recipe.Encoder.ImageSize)
            : exception;
}
