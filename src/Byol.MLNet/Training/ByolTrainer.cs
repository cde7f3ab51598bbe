using System.Diagnostics;
using System.Globalization;
using Byol.MLNet.Augmentation;
using Byol.MLNet.Checkpoints;
using Byol.MLNet.Images;
using Byol.MLNet.Monitoring;
using Byol.MLNet.Networks;
using static TorchSharp.torch;

namespace Byol.MLNet.Training;

/// <summary>The trained encoder's weights and what was reported on the way.</summary>
internal sealed record TrainingOutcome(NetworkWeights Encoder, IReadOnlyList<ByolProgress> History, bool IsCancelled, ByolVerdict? Verdict);

/// <summary>Runs a pretraining from its start, or from a checkpoint, to its end.</summary>
internal sealed class ByolTrainer(ByolOptions options, int seed, Device device, ITrainingLog log)
{
    /// <exception cref="InvalidOperationException">There are fewer images than one step needs, or the checkpoint is another run's.</exception>
    /// <exception cref="ByolCollapseException">The encoder collapsed.</exception>
    /// <exception cref="ByolDivergenceException">The loss is no longer a finite number.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled and the options say that this is an error.</exception>
    public TrainingOutcome Train(ImageStore store, NetworkWeights? initial = null, Checkpoint? resumed = null, OnlineProbe? probe = null)
    {
        var checkpoints = options.CheckpointDirectory is null ? null : new Checkpointer(options, RunIdentity.Of(options, seed, store), log);
        if (resumed is not null)
        {
            checkpoints!.RequireSame(resumed);
        }
        WarnAboutStem();
        using var heap = new RetainedHeap();
        using var scope = NewDisposeScope();
        var plan = Plan(store, resumed);
        log.Info($"Pretraining on {plan.Training.Length} images ({plan.Validation.Length} held out), {plan.Epochs} epochs of {plan.StepsPerEpoch} steps, {plan.Compute} on {device}.");
        using var run = new TrainingRun(options, plan, seed, store, probe);
        if (initial is not null)
        {
            run.StartFrom(initial);
        }
        var history = new List<ByolProgress>();
        if (resumed is null)
        {
            run.ScoreStart();
        }
        else
        {
            run.Restore(resumed);
            history.AddRange(resumed.Manifest.History);
            log.Info($"Resuming at step {run.Step} of {plan.TotalSteps}.");
        }
        var verdict = Run(run, history, checkpoints);
        if (options is { CancellationToken.IsCancellationRequested: true, OnCancellation: ByolCancellation.Throw })
        {
            throw new OperationCanceledException(options.CancellationToken);
        }
        return new TrainingOutcome(run.ExportEncoder(), history, !run.IsFinished, verdict);
    }

    /// <returns>The verdict; null where there is nothing to judge by.</returns>
    private ByolVerdict? Run(TrainingRun run, List<ByolProgress> history, Checkpointer? checkpoints)
    {
        using var reports = new ProgressReports(options, log);
        while (!run.IsFinished && !options.CancellationToken.IsCancellationRequested)
        {
            foreach (var result in run.RestOfEpoch())
            {
                RequireFinite(run, result, checkpoints);
                if (run.IsAtEpochEnd)
                {
                    var progress = run.Report();
                    history.Add(progress);
                    reports.Add(progress);
                }
                else if (run.Step % options.ProgressEvery == 0)
                {
                    reports.Add(run.Report());
                }
                if (checkpoints?.IsDue(run) == true)
                {
                    checkpoints.Save(run, history);
                }
                if (options.CancellationToken.IsCancellationRequested)
                {
                    break;
                }
            }
        }
        if (run.IsFinished)
        {
            CollapseMonitor.CheckEnd(history[^1]);
        }
        checkpoints?.Save(run, history);
        List<ByolProgress> judged = [.. history];
        if (!run.IsAtEpochEnd && run.HasStepped)
        {
            // A run that was stopped within an epoch is judged as it stands.
            judged.Add(run.Report());
            reports.AddLast(judged[^1]);
        }
        if (judged.Count == 0)
        {
            return null;
        }
        var verdict = ByolVerdict.Of(judged);
        reports.Conclude(verdict);
        return verdict;
    }

    private void RequireFinite(TrainingRun run, StepResult result, Checkpointer? checkpoints)
    {
        if (!double.IsFinite(result.Loss) || !double.IsFinite(result.GradientNorm))
        {
            var checkpoint = checkpoints?.LastSaved;
            throw new ByolDivergenceException(run.Step, result.LearningRate, checkpoint, string.Create(
                CultureInfo.InvariantCulture,
                $"The training diverged: at step {run.Step}, with learning rate {result.LearningRate:G3}, the loss was {result.Loss} and the gradient norm {result.GradientNorm}. {(checkpoint is null ? "There is no checkpoint before it." : $"The last good checkpoint is '{checkpoint}'.")} Try a lower LearningRate, or ClipNorm where it is 0."));
        }
    }

    private RunPlan Plan(ImageStore store, Checkpoint? resumed)
    {
        var (training, validation) = Split(store.Count);
        var stepsPerEpoch = training.Length / options.BatchSize / options.GradientAccumulation;
        if (stepsPerEpoch == 0)
        {
            throw new InvalidOperationException(
                $"There are {training.Length} readable training images, fewer than one step needs: BatchSize is {options.BatchSize} and GradientAccumulation {options.GradientAccumulation}.");
        }
        var plan = new RunPlan(training, validation, stepsPerEpoch, (long)stepsPerEpoch * options.Epochs, TorchRuntime.ChoosePrecision(options.Precision, device), device);
        return options.MaxTrainingTime is not { } time ? plan : plan with { TotalSteps = resumed?.Manifest.TotalSteps ?? StepsWithin(time, plan, store) };
    }

    // The steps that measure are a run's of their own, so that they leave no trace in the real one.
    private long StepsWithin(TimeSpan time, RunPlan plan, ImageStore store)
    {
        var start = Stopwatch.GetTimestamp();
        var half = options.HalfSizeFraction;
        var measured = 0L;
        var seconds = (1 - half) * SecondsPerStep(halfSize: false);
        if (half > 0)
        {
            seconds += half * SecondsPerStep(halfSize: true);
        }
        var total = StepBudget.Steps(time - Stopwatch.GetElapsedTime(start), seconds);
        log.Info($"{total} steps fit in {time}.");
        return total;

        double SecondsPerStep(bool halfSize)
        {
            var trialOptions = options.Clone();
            trialOptions.HalfSizeFraction = halfSize ? 0.5 : 0;
            using var trial = new TrainingRun(trialOptions, plan with { TotalSteps = long.MaxValue }, seed, store);
            using var steps = TrialSteps(trial).GetEnumerator();
            return StepBudget.SecondsPerStep(() =>
            {
                steps.MoveNext();
                options.Activity?.Report(new ByolActivity(ByolActivityKind.MeasuringSpeed, ++measured, StepBudget.StepsToMeasure * (half > 0 ? 2 : 1)));
            });
        }
    }

    private static IEnumerable<StepResult> TrialSteps(TrainingRun trial)
    {
        while (true)
        {
            foreach (var result in trial.RestOfEpoch())
            {
                yield return result;
            }
        }
    }

    private (int[] Training, int[] Validation) Split(int count)
    {
        var order = Enumerable.Range(0, count).ToArray();
        RandomStream.For(RandomPurpose.ValidationSplit, seed).Shuffle<int>(order);
        var validation = (int)Math.Round(count * options.ValidationFraction);
        // Batch statistics of one image say nothing, so a lone held-out image is trained on.
        return validation < 2 ? (order, []) : (order[validation..], order[..validation]);
    }

    private void WarnAboutStem()
    {
        if (options is { Stem: ByolStem.Standard, ImageSize: < 64 })
        {
            log.Warning(
                $"The standard stem shrinks a picture of {options.ImageSize} px to {Math.Max(options.ImageSize / 32, 1)} px before the last layers; Stem = {nameof(ByolStem.Conv3x3Stride2)} usually learns more from pictures of less than 64 px.");
        }
    }
}
