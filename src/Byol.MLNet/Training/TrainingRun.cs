using System.Runtime.InteropServices;
using Byol.MLNet.Augmentation;
using Byol.MLNet.Checkpoints;
using Byol.MLNet.Images;
using Byol.MLNet.Monitoring;
using Byol.MLNet.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Byol.MLNet.Training;

/// <summary>The fixed sizes of a run.</summary>
internal sealed record RunPlan(int[] Training, int[] Validation, long StepsPerEpoch, long TotalSteps, ScalarType Compute, Device Device)
{
    public int Epochs => (int)((TotalSteps + StepsPerEpoch - 1) / StepsPerEpoch);
}

/// <summary>Networks, optimiser and loaders of a run, and where it stands.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly ByolOptions _options;
    private readonly RunPlan _plan;
    private readonly OnlineProbe? _probe;
    private readonly ByolNetwork _network;
    private readonly OnlineOptimizer _optimizer;
    private readonly TrainingSchedule _schedule;
    private readonly ByolStep _step;
    private readonly CollapseMonitor _collapse;
    private readonly PhaseClock _clock = new();
    private readonly TwoViewLoader _views;
    private readonly TwoViewLoader _heldOut;
    private readonly RecentProjections _projections = new();
    private StepResult? _last;
    private double _lossSum;
    private long _stepsSinceClock;

    public TrainingRun(ByolOptions options, RunPlan plan, int seed, ImageStore store, OnlineProbe? probe = null)
    {
        _options = options;
        _plan = plan;
        _probe = probe;
        var architecture = EncoderArchitecture.Of(options);
        var heads = new HeadSizes(options.ProjectorHiddenSize, options.ProjectorOutputSize, options.PredictorHiddenSize);
        int[] viewSides = options.HalfSizeFraction == 0 ? [options.ImageSize] : [options.ImageSize, options.ImageSize / 2];
        _schedule = new TrainingSchedule(options, plan.TotalSteps);
        _network = new ByolNetwork(architecture, viewSides, heads, plan.Compute, plan.Device, options.HasPredictor);
        _network.Load(WeightInitializer.Create(_network.Online.Specs, seed));
        _optimizer = new OnlineOptimizer(_network.Online, options);
        _step = new ByolStep(_network, _optimizer, _schedule, _clock, options.SumLossDirections);
        _collapse = new CollapseMonitor(plan.TotalSteps);
        _views = new TwoViewLoader(store, plan.Training, options, seed, RandomPurpose.View, _clock);
        _heldOut = new TwoViewLoader(store, plan.Validation, options, seed, RandomPurpose.ValidationView, new PhaseClock());
    }

    /// <summary>Optimiser steps taken.</summary>
    public long Step => _step.Count;

    public bool IsFinished => Step >= _plan.TotalSteps;

    public bool IsAtEpochEnd => StepInEpoch == 0 || IsFinished;

    private int Epoch => (int)(Step / _plan.StepsPerEpoch) + 1;

    private long StepInEpoch => Step % _plan.StepsPerEpoch;

    /// <summary>Starts the encoder from given weights.</summary>
    public void StartFrom(NetworkWeights encoder) => _network.LoadEncoder(encoder);

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
        _collapse.Failures = checkpoint.Manifest.CollapseFailures;
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
            TotalSteps = _plan.TotalSteps,
            LossSum = StepInEpoch == 0 ? 0 : _lossSum,
            CollapseFailures = _collapse.Failures,
            History = history,
        },
        _network.Online.Export(),
        _network.Target.Export(),
        _optimizer.Export());

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
        var heldOut = IsAtEpochEnd ? Validate() : null;
        var probe = IsAtEpochEnd ? _probe?.Measure(Embed) : null;
        return new ByolProgress
        {
            Epoch = EpochOfLastStep,
            Epochs = _plan.Epochs,
            IsEpochEnd = IsAtEpochEnd,
            Step = Step,
            TotalSteps = _plan.TotalSteps,
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
            ProbeKnnAccuracy = probe?.Knn,
            ProbeLinearAccuracy = probe?.Linear,
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
        if (NextBatches(batches) is not { } next)
        {
            return null;
        }
        _last = _step.Run(next);
        _lossSum += _last.Loss;
        _stepsSinceClock++;
        using var _ = _clock.Measure(Phase.Diagnostics);
        var projection = _step.LastOutputs!.Projection;
        _projections.Add(projection);
        if (_collapse.IsDue(Step) && double.IsFinite(_last.Loss))
        {
            _collapse.Check(Step, FeatureDiagnostics.FeatureVariance(projection), FeatureDiagnostics.NormalizedSpread(projection));
        }
        return _last;
    }

    // The batch decides the step, so that views can be drawn ahead of it.
    private Func<int, int> ViewSides(int epoch) =>
        batch => _schedule.ViewSide((epoch - 1) * _plan.StepsPerEpoch + batch / _options.GradientAccumulation);

    /// <summary>The views of one step; null where the epoch has not enough of them left.</summary>
    private (Tensor First, Tensor Second)[]? NextBatches(IEnumerator<ViewBatch> batches)
    {
        using var _ = _clock.Measure(Phase.Load);
        var next = new (Tensor First, Tensor Second)[_options.GradientAccumulation];
        for (var i = 0; i < next.Length; i++)
        {
            if (!batches.MoveNext())
            {
                return null;
            }
            using var batch = batches.Current;
            next[i] = (ToTensor(batch.First, batch.Side), ToTensor(batch.Second, batch.Side));
        }
        return next;
    }

    private (double Loss, double Variance)? Validate()
    {
        var (loss, variance, images) = (0.0, 0.0, 0);
        foreach (var batch in _heldOut.All())
        {
            using var scope = NewDisposeScope();
            using var _ = batch;
            var (batchLoss, projection) = _step.Evaluate(ToTensor(batch.First, batch.Side), ToTensor(batch.Second, batch.Side));
            loss += batchLoss * batch.Count;
            variance += FeatureDiagnostics.FeatureVariance(projection) * batch.Count;
            images += batch.Count;
        }
        return images == 0 ? null : (loss / images, variance / images);
    }

    private IEnumerable<float[]> Embed(float[][] images)
    {
        using var scope = NewDisposeScope();
        var embeddings = _network.Embed(ToTensor([.. images.SelectMany(image => image)], _options.ImageSize)).cpu();
        return embeddings.data<float>().ToArray().Chunk((int)embeddings.shape[1]);
    }

    // torch.tensor would clone the array first.
    private Tensor ToTensor(float[] views, int side)
    {
        var values = empty([views.Length / ViewBatch.ValuesPerView(side), side, side, 3], float32, CPU);
        MemoryMarshal.AsBytes<float>(views).CopyTo(values.bytes);
        var channelsLast = values.permute(0, 3, 1, 2);
        // From pinned memory a GPU copies while this thread goes on; libtorch keeps that memory until the copy is done.
        return _plan.Device.type == DeviceType.CPU ? channelsLast : channelsLast.pin_memory().to(_plan.Device, non_blocking: true);
    }
}
