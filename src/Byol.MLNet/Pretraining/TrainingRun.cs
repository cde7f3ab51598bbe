using Byol.MLNet.Collectives;
using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;
using Byol.MLNet.Pretraining.Checkpoints;
using Byol.MLNet.Pretraining.Methods;
using Byol.MLNet.Pretraining.Monitoring;
using Byol.MLNet.Pretraining.Optimizers;
using Byol.MLNet.Torch;
using Byol.MLNet.Views;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining;

/// <summary>Networks, optimiser and loaders of a run, and where it stands.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly ByolRecipe _recipe;
    private readonly RunPlan _plan;
    private readonly RunTimer _timer;
    private readonly TimeBudget? _budget;
    private readonly ThreadCount? _threads;
    private readonly IByolCollective _collective;
    private readonly IPretrainingMethod _method;
    private readonly ParameterOptimizer _optimizer;
    private readonly TrainingSchedule _schedule;
    private readonly PretrainingStep _step;
    private readonly PhaseClock _clock = new();
    private readonly SideBySide _sides;
    private readonly RunViews _views;
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
        RunInputs inputs, RunTimer timer, ITrainingLog log, TimeBudget? budget = null, ThreadCount? threads = null)
    {
        (_recipe, _plan, _collective) = (inputs.Recipe, inputs.Plan, inputs.Collective);
        (_timer, _budget, _threads) = (timer, budget, threads);
        _schedule = new TrainingSchedule(_recipe, _plan.TotalSteps, budget);
        _sides = inputs.CreateSides();
        _method = inputs.CreateMethod(_clock, _sides);
        _optimizer = new ParameterOptimizer(_method.Trained, _recipe.Optimization, _sides, _method.LearningRateFactor);
        _step = new PretrainingStep(_method, _optimizer, _schedule, _clock, _sides, _collective);
        _views = new RunViews(inputs, _schedule, _clock);
        _remaining = new RemainingTime(_schedule);
        _scoring = new RunScoring(inputs, _method, budget);
        Finishing = new RunFinish(inputs, _method, _scoring, log);
    }

    /// <summary>Optimiser steps taken.</summary>
    public long Step => _step.Count;

    public bool IsFinished => _budget?.IsOver ?? Step >= _plan.TotalSteps;

    /// <summary>Steps of the whole run; with a time budget, as estimated after the last step.</summary>
    public long TotalSteps => _budget?.TotalSteps ?? _plan.TotalSteps;

    public bool IsAtEpochEnd => StepInEpoch == 0 || IsFinished;

    /// <summary>How long the run has taken; all processes ask for it at the same points.</summary>
    public double Seconds => _timer.Seconds;

    /// <summary>Whether a step was taken since the start, or since the run was resumed.</summary>
    public bool HasStepped => _last is not null;

    private int Epochs => (int)Math.Min((TotalSteps + _plan.StepsPerEpoch - 1) / _plan.StepsPerEpoch, int.MaxValue);

    private int Epoch => (int)(Step / _plan.StepsPerEpoch) + 1;

    private long StepInEpoch => Step % _plan.StepsPerEpoch;

    public void StartFrom(NetworkWeights encoder) => _method.StartFrom(encoder);

    /// <summary>
    /// Scores the encoder before the first step, for comparison with later ones. It leaves no trace in the networks.
    /// </summary>
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
        checkpoint.RequireFits(
            _method.Networks.Select(network => KeyValuePair.Create(network.Key, network.Value.Specs)), _optimizer);
        foreach (var (name, parameters) in _method.Networks)
        {
            parameters.Load(checkpoint.Networks[name]);
        }
        _optimizer.Load(checkpoint.Optimizer);
        _step.Count = checkpoint.Manifest.Step;
        _lossSum = checkpoint.Manifest.LossSum;
        _projections.Load(checkpoint.RecentProjections, _method.ProjectionDimension, _plan.Device);
        _collapse = new CollapseMonitor(TotalSteps) { Failures = checkpoint.Manifest.CollapseFailures };
        _beforeTraining = checkpoint.Manifest.BeforeTraining;
    }

    /// <summary>All that the run needs to go on from here.</summary>
    public Checkpoint Capture(RunIdentity identity, IReadOnlyList<ByolProgress> history, double seconds) => new(
        new CheckpointManifest
        {
            LibraryVersion = Foundation.LibraryVersion.Current,
            Seed = identity.Seed,
            Images = identity.Images,
            Recipe = identity.Recipe,
            Layers = identity.Layers,
            Run = identity.Run,
            Precision = _plan.Precision,
            Device = _plan.Device.ToString(),
            Step = Step,
            TotalSteps = TotalSteps,
            Threads = _threads?.Count ?? get_num_threads(),
            Processes = _collective.Size,
            Seconds = seconds,
            Budget = _budget?.Capture(),
            LossSum = StepInEpoch == 0 ? 0 : _lossSum,
            CollapseFailures = _collapse?.Failures ?? 0,
            History = history,
            BeforeTraining = _beforeTraining,
        },
        _method.Networks.ToDictionary(network => network.Key, network => network.Value.Export()),
        _optimizer.Export(),
        _projections.Export());

    public NetworkWeights ExportEncoder() => _method.ExportEncoder();

    /// <summary>What is done after the last step.</summary>
    public RunFinish Finishing { get; }

    /// <summary>Takes the steps that are left in the current epoch, one for each element.</summary>
    /// <exception cref="ByolCollapseException">The encoder collapsed.</exception>
    public IEnumerable<StepResult> RestOfEpoch()
    {
        _clock.Restart();
        _stepsSinceClock = 0;
        _lossSum = StepInEpoch == 0 ? 0 : _lossSum;
        using var batches = _views.Epoch(Epoch, StepInEpoch);
        while (!IsFinished && TakeStep(batches) is { } result)
        {
            yield return result;
        }
    }

    /// <summary>Figures of the last step, and of the epoch so far or just finished.</summary>
    public ByolProgress Report()
    {
        var stepsInEpoch = IsAtEpochEnd ? Step - (EpochOfLastStep - 1) * _plan.StepsPerEpoch : StepInEpoch;
        var imagesPerSecond = (double)_stepsSinceClock * _recipe.StepImages / _clock.Elapsed.TotalSeconds;
        var phases = _clock.Shares();
        using var scope = NewDisposeScope();
        using var _ = _clock.Measure(Phase.Diagnostics);
        var outputs = _method.LastOutputs!.OfAll(_collective);
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
            TimeLeft = _budget?.TimeLeft
                ?? _remaining.Left(Step, Epochs - (IsAtEpochEnd ? EpochOfLastStep : EpochOfLastStep - 1)),
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
            Precision = _plan.Precision,
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
        _optimizer.Dispose();
        _method.Dispose();
        _sides.Dispose();
    }

    private int EpochOfLastStep => (int)((Step - 1) / _plan.StepsPerEpoch) + 1;

    private StepResult? TakeStep(IEnumerator<ViewBatch> batches)
    {
        using var scope = NewDisposeScope();
        var start = _timer.Seconds;
        _budget?.BeginStep();
        if (_views.Next(batches) is not { } next)
        {
            return null;
        }
        _last = _step.Run(next);
        _lossSum += _last.Loss;
        _stepsSinceClock++;
        _viewSize = (int)next[0].First.shape[^1];
        // With a time budget each process draws views ahead of the decision.
        var isHalfSize = _collective.OfFirst(_viewSize < _recipe.Encoder.ImageSize);
        using var _ = _clock.Measure(Phase.Diagnostics);
        var projection = _collective.Gather(_method.LastOutputs!.Projection);
        _projections.Add(projection);
        _budget?.EndStep(isHalfSize);
        _remaining.AddStep(isHalfSize, TimeSpan.FromSeconds(_timer.Seconds - start));
        _threads?.AddStep(_timer.Seconds - start, isHalfSize);
        // Before the first check is due, a time budget knows little of the run's length.
        _collapse ??= Step < CollapseMonitor.StepsBetweenChecks ? null : new CollapseMonitor(TotalSteps);
        if (_collapse?.IsDue(Step) == true && double.IsFinite(_last.Loss))
        {
            _collapse.Check(
                Step, FeatureDiagnostics.FeatureVariance(projection), FeatureDiagnostics.NormalizedSpread(projection));
        }
        return _last;
    }
}
