using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
using Byol.MLNet.Pretraining.Checkpoints;
using Byol.MLNet.Pretraining.Methods.Byol;
using Byol.MLNet.Pretraining.Monitoring;
using Byol.MLNet.Pretraining.Optimizers;
using Byol.MLNet.Pretraining.Probing;
using Byol.MLNet.Torch;
using Byol.MLNet.Views;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining;

/// <summary>Networks, optimiser and loaders of a run, and where it stands.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly ByolOptions _options;
    private readonly RunPlan _plan;
    private readonly RunTimer _timer;
    private readonly TimeBudget? _budget;
    private readonly ThreadCount? _threads;
    private readonly ByolNetwork _network;
    private readonly OnlineOptimizer _optimizer;
    private readonly TrainingSchedule _schedule;
    private readonly ByolStep _step;
    private readonly PhaseClock _clock = new();
    private readonly TwoViewLoader _views;
    private readonly RunScoring _scoring;
    private readonly RecentProjections _projections = new();
    private readonly RemainingTime _remaining;
    private ByolEncoderScores? _beforeTraining;
    private CollapseMonitor? _collapse;
    private StepResult? _last;
    private double _lossSum;
    private int _viewSize;
    private long _stepsSinceClock;

    public TrainingRun(
        ByolOptions options,
        RunPlan plan,
        int seed,
        ImageStore store,
        RunTimer timer,
        TimeBudget? budget = null,
        OnlineProbe? probe = null,
        ThreadCount? threads = null)
    {
        _options = options;
        _plan = plan;
        _timer = timer;
        _budget = budget;
        _threads = threads;
        var architecture = EncoderArchitecture.Of(options);
        var heads = new HeadSizes(options.ProjectorHiddenSize, options.ProjectorOutputSize, options.PredictorHiddenSize);
        int[] viewSides = options.HalfSizeFraction == 0 ? [options.ImageSize] : [options.ImageSize, options.ImageSize / 2];
        _schedule = new TrainingSchedule(options, plan.TotalSteps, budget);
        _network = new ByolNetwork(architecture, viewSides, heads, plan.Compute, plan.Device, options.HasPredictor);
        _network.Load(WeightInitializer.Create(_network.Online.Specs, seed));
        _optimizer = new OnlineOptimizer(_network.Online, options);
        _step = new ByolStep(_network, _optimizer, _schedule, _clock, options.SumLossDirections);
        _views = new TwoViewLoader(store, plan.Training, options, seed, RandomPurpose.View, _clock);
        _remaining = new RemainingTime(_schedule);
        _scoring = new RunScoring(options, plan, seed, store, _network, _step, probe, budget);
    }

    /// <summary>Optimiser steps taken.</summary>
    public long Step => _step.Count;

    public bool IsFinished => _budget?.IsOver ?? Step >= _plan.TotalSteps;

    /// <summary>Steps of the whole run; with a time budget, as estimated after the last step.</summary>
    public long TotalSteps => _budget?.TotalSteps ?? _plan.TotalSteps;

    public bool IsAtEpochEnd => StepInEpoch == 0 || IsFinished;

    /// <summary>Whether a step was taken since the start, or since the run was resumed.</summary>
    public bool HasStepped => _last is not null;

    private int Epochs => (int)Math.Min((TotalSteps + _plan.StepsPerEpoch - 1) / _plan.StepsPerEpoch, int.MaxValue);

    private int Epoch => (int)(Step / _plan.StepsPerEpoch) + 1;

    private long StepInEpoch => Step % _plan.StepsPerEpoch;

    /// <summary>Starts the encoder from given weights.</summary>
    public void StartFrom(NetworkWeights encoder) => _network.LoadEncoder(encoder);

    /// <summary>Scores the encoder before the first step, for comparison with later ones. It leaves no trace in the networks.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public ByolEncoderScores ScoreStart()
    {
        var before = _timer.Seconds;
        _beforeTraining = _scoring.Score();
        _remaining.AddScoring(TimeSpan.FromSeconds(_timer.Seconds - before));
        return _beforeTraining;
    }

    /// <summary>Goes back to where a checkpoint was taken.</summary>
    /// <exception cref="InvalidDataException">Its tensors are not those of this run's networks.</exception>
    public void Restore(Checkpoint checkpoint)
    {
        var hasSecondMoment = _options.Optimizer is ByolOptimizer.Adam or ByolOptimizer.AdamW;
        checkpoint.RequireFits(_network.Online.Specs, _network.Target.Specs, hasSecondMoment);
        _network.Load(checkpoint.Online, checkpoint.Target);
        _optimizer.Load(checkpoint.Optimizer);
        _step.Count = checkpoint.Manifest.Step;
        _lossSum = checkpoint.Manifest.LossSum;
        _projections.Load(checkpoint.RecentProjections, _options.ProjectorOutputSize, _plan.Device);
        _collapse = new CollapseMonitor(TotalSteps) { Failures = checkpoint.Manifest.CollapseFailures };
        _beforeTraining = checkpoint.Manifest.BeforeTraining;
    }

    /// <summary>All that the run needs to go on from here.</summary>
    public Checkpoint Capture(RunIdentity identity, IReadOnlyList<ByolProgress> history) => new(
        new CheckpointManifest
        {
            LibraryVersion = identity.LibraryVersion,
            Seed = identity.Seed,
            Images = identity.Images,
            Options = identity.Options,
            Step = Step,
            TotalSteps = TotalSteps,
            Threads = _threads?.Count ?? get_num_threads(),
            Seconds = _timer.Seconds,
            Budget = _budget?.Capture(),
            LossSum = StepInEpoch == 0 ? 0 : _lossSum,
            CollapseFailures = _collapse?.Failures ?? 0,
            History = history,
            BeforeTraining = _beforeTraining,
        },
        _network.Online.Export(),
        _network.Target.Export(),
        _optimizer.Export(),
        _projections.Export());

    public NetworkWeights ExportEncoder() => _network.ExportEncoder();

    /// <summary>Takes the steps that are left in the current epoch, one for each element.</summary>
    /// <exception cref="ByolCollapseException">The encoder collapsed.</exception>
    public IEnumerable<StepResult> RestOfEpoch()
    {
        _clock.Restart();
        _stepsSinceClock = 0;
        _lossSum = StepInEpoch == 0 ? 0 : _lossSum;
        using var batches = _views.Epoch(Epoch, skippedBatches: (int)StepInEpoch * _options.GradientAccumulation, ViewSides(Epoch)).GetEnumerator();
        while (!IsFinished && TakeStep(batches) is { } result)
        {
            yield return result;
        }
    }

    /// <summary>Figures of the last step, and of the epoch so far or just finished.</summary>
    public ByolProgress Report()
    {
        var stepsInEpoch = IsAtEpochEnd ? Step - (EpochOfLastStep - 1) * _plan.StepsPerEpoch : StepInEpoch;
        var imagesPerSecond = (double)_stepsSinceClock * _options.GradientAccumulation * _options.BatchSize / _clock.Elapsed.TotalSeconds;
        var phases = _clock.Shares();
        using var scope = NewDisposeScope();
        using var _ = _clock.Measure(Phase.Diagnostics);
        var outputs = _step.LastOutputs!;
        var (positive, negative) = FeatureDiagnostics.Similarities(outputs.Prediction, outputs.Target);
        var (eigenvalues, ratio, effectiveRank) = _projections.Spectrum();
        var scoringStart = _timer.Seconds;
        var heldOut = IsAtEpochEnd ? _scoring.Validate() : null;
        var scores = IsAtEpochEnd ? _scoring.ScoreEpoch(Step, IsFinished) : null;
        if (IsAtEpochEnd)
        {
            _remaining.AddScoring(TimeSpan.FromSeconds(_timer.Seconds - scoringStart));
        }
        return new ByolProgress
        {
            Epoch = EpochOfLastStep,
            Epochs = Epochs,
            IsEpochEnd = IsAtEpochEnd,
            Step = Step,
            TotalSteps = TotalSteps,
            Images = _plan.Training.Length,
            Passes = (double)Step / _plan.StepsPerEpoch,
            ViewSize = _viewSize,
            TimeLeft = _budget?.TimeLeft ?? _remaining.Left(Step, Epochs - (IsAtEpochEnd ? EpochOfLastStep : EpochOfLastStep - 1)),
            Loss = _lossSum / stepsInEpoch,
            FeatureVariance = FeatureDiagnostics.FeatureVariance(outputs.Projection),
            NormalizedSpread = FeatureDiagnostics.NormalizedSpread(outputs.Projection),
            PositiveSimilarity = positive,
            NegativeSimilarity = negative,
            ExplainedVariance = FeatureDiagnostics.ExplainedVariance(outputs.Prediction, outputs.Target),
            EffectiveRank = effectiveRank,
            Eigenvalues = eigenvalues,
            EigenvalueRatio = ratio,
            Tau = _last!.Tau,
            LearningRate = _last.LearningRate,
            GradientNorm = _last.GradientNorm,
            ImagesPerSecond = imagesPerSecond,
            Precision = _plan.Compute == bfloat16 ? ByolPrecision.BFloat16 : ByolPrecision.Float32,
            Phases = phases,
            ValidationLoss = heldOut?.Loss,
            ValidationFeatureVariance = heldOut?.Variance,
            ProbeKnnAccuracy = scores?.ProbeKnnAccuracy,
            ProbeLinearAccuracy = scores?.ProbeLinearAccuracy,
            NeighbourAgreement = scores?.NeighbourAgreement,
            BeforeTraining = _beforeTraining,
        };
    }

    public void Dispose()
    {
        _projections.Dispose();
        _step.Dispose();
        _optimizer.Dispose();
        _network.Dispose();
    }

    private int EpochOfLastStep => (int)((Step - 1) / _plan.StepsPerEpoch) + 1;

    private StepResult? TakeStep(IEnumerator<ViewBatch> batches)
    {
        using var scope = NewDisposeScope();
        var start = _timer.Seconds;
        _budget?.BeginStep();
        if (NextViews(batches) is not { } next)
        {
            return null;
        }
        _last = _step.Run(next);
        _lossSum += _last.Loss;
        _stepsSinceClock++;
        _viewSize = (int)next[0].First.shape[^1];
        var isHalfSize = _viewSize < _options.ImageSize;
        using var _ = _clock.Measure(Phase.Diagnostics);
        var projection = _step.LastOutputs!.Projection;
        _projections.Add(projection);
        _budget?.EndStep(isHalfSize);
        _remaining.AddStep(isHalfSize, TimeSpan.FromSeconds(_timer.Seconds - start));
        _threads?.AddStep(_timer.Seconds - start, isHalfSize);
        // Before the first check is due, a time budget knows little of the run's length.
        _collapse ??= Step < CollapseMonitor.StepsBetweenChecks ? null : new CollapseMonitor(TotalSteps);
        if (_collapse?.IsDue(Step) == true && double.IsFinite(_last.Loss))
        {
            _collapse.Check(Step, FeatureDiagnostics.FeatureVariance(projection), FeatureDiagnostics.NormalizedSpread(projection));
        }
        return _last;
    }

    private (Tensor First, Tensor Second)[]? NextViews(IEnumerator<ViewBatch> batches)
    {
        using var _ = _clock.Measure(Phase.Load);
        return ViewTensor.Next(batches, _options.GradientAccumulation, _plan.Device);
    }

    // The batch decides the step, so that views can be drawn ahead of it.
    private Func<int, int> ViewSides(int epoch) =>
        batch => _schedule.ViewSide((epoch - 1) * _plan.StepsPerEpoch + batch / _options.GradientAccumulation);
}
