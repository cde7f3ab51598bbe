using System.Globalization;
using System.Runtime.InteropServices;
using Byol.MLNet.Augmentation;
using Byol.MLNet.Images;
using Byol.MLNet.Monitoring;
using Byol.MLNet.Networks;
using static TorchSharp.torch;

namespace Byol.MLNet.Training;

/// <summary>The trained encoder's weights and what was reported on the way.</summary>
internal sealed record TrainingOutcome(NetworkWeights Encoder, IReadOnlyList<ByolProgress> History);

/// <summary>Runs the epochs of a pretraining.</summary>
internal sealed class ByolTrainer(ByolOptions options, int seed, Device device, ITrainingLog log)
{
    /// <exception cref="InvalidOperationException">There are fewer images than one step needs.</exception>
    /// <exception cref="ByolCollapseException">The encoder collapsed.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled and the options say that this is an error.</exception>
    public TrainingOutcome Train(ImageStore store)
    {
        var (training, validation) = Split(store.Count);
        var stepsPerEpoch = training.Length / options.BatchSize / options.GradientAccumulation;
        if (stepsPerEpoch == 0)
        {
            throw new InvalidOperationException(
                $"There are {training.Length} readable training images, fewer than one step needs: BatchSize is {options.BatchSize} and GradientAccumulation {options.GradientAccumulation}.");
        }
        WarnAboutStem();
        var compute = TorchRuntime.ChoosePrecision(options.Precision, device);
        log.Info($"Pretraining on {training.Length} images ({validation.Length} held out), {options.Epochs} epochs of {stepsPerEpoch} steps, {compute} on {device}.");

        using var heap = new RetainedHeap();
        using var scope = NewDisposeScope();
        var architecture = new EncoderArchitecture(options.Stem, options.Width);
        var heads = new HeadSizes(options.ProjectorHiddenSize, options.ProjectorOutputSize, options.PredictorHiddenSize);
        using var network = new ByolNetwork(architecture, options.ImageSize, heads, compute, device, options.HasPredictor);
        network.Load(WeightInitializer.Create(network.Online.Specs, seed));
        using var optimizer = new OnlineOptimizer(network.Online, options);
        var schedule = new TrainingSchedule(options, (long)stepsPerEpoch * options.Epochs);
        var clock = new PhaseClock();
        using var step = new ByolStep(network, optimizer, schedule, clock);
        var collapse = new CollapseMonitor(schedule.TotalSteps);
        var views = new TwoViewLoader(store, training, options, seed, RandomPurpose.View, clock);
        var heldOut = new TwoViewLoader(store, validation, options, seed, RandomPurpose.ValidationView, new PhaseClock());

        var history = new List<ByolProgress>();
        for (var epoch = 1; epoch <= options.Epochs && !options.CancellationToken.IsCancellationRequested; epoch++)
        {
            clock.Restart();
            if (RunEpoch(step, collapse, clock, views.Epoch(epoch)) is not { } epochResult)
            {
                break;
            }
            var speed = ((double)stepsPerEpoch * options.GradientAccumulation * options.BatchSize / clock.Elapsed.TotalSeconds, clock.Shares());
            var progress = Report(step, epoch, epochResult, speed, Validate(step, heldOut));
            history.Add(progress);
            log.Info(Describe(progress));
            options.Progress?.Report(progress);
        }
        if (options is { CancellationToken.IsCancellationRequested: true, OnCancellation: ByolCancellation.Throw })
        {
            throw new OperationCanceledException(options.CancellationToken);
        }
        return new TrainingOutcome(network.ExportEncoder(), history);
    }

    /// <summary>The mean loss and the last step's figures; null where the run was cancelled on the way.</summary>
    private (double MeanLoss, StepResult Last)? RunEpoch(ByolStep step, CollapseMonitor collapse, PhaseClock clock, IEnumerable<ViewBatch> views)
    {
        var (sum, count) = (0.0, 0);
        StepResult? last = null;
        using var batches = views.GetEnumerator();
        while (true)
        {
            using var scope = NewDisposeScope();
            if (NextBatches(batches, clock) is not { } next)
            {
                return (sum / count, last!);
            }
            if (options.CancellationToken.IsCancellationRequested)
            {
                return null;
            }
            last = step.Run(next);
            sum += last.Loss;
            count++;
            if (collapse.IsDue(step.Count))
            {
                using var _ = clock.Measure(Phase.Diagnostics);
                var projection = step.LastOutputs!.Projection;
                collapse.Check(step.Count, FeatureDiagnostics.FeatureVariance(projection), FeatureDiagnostics.NormalizedSpread(projection));
            }
        }
    }

    /// <summary>The views of one step; null where the epoch has not enough of them left.</summary>
    private (Tensor First, Tensor Second)[]? NextBatches(IEnumerator<ViewBatch> batches, PhaseClock clock)
    {
        using var _ = clock.Measure(Phase.Load);
        var next = new (Tensor First, Tensor Second)[options.GradientAccumulation];
        for (var i = 0; i < next.Length; i++)
        {
            if (!batches.MoveNext())
            {
                return null;
            }
            using var batch = batches.Current;
            next[i] = (ToTensor(batch, batch.First), ToTensor(batch, batch.Second));
        }
        return next;
    }

    private (double Loss, double Variance)? Validate(ByolStep step, TwoViewLoader heldOut)
    {
        var (loss, variance, images) = (0.0, 0.0, 0);
        foreach (var batch in heldOut.All())
        {
            using var scope = NewDisposeScope();
            using var _ = batch;
            var (batchLoss, projection) = step.Evaluate(ToTensor(batch, batch.First), ToTensor(batch, batch.Second));
            loss += batchLoss * batch.Count;
            variance += FeatureDiagnostics.FeatureVariance(projection) * batch.Count;
            images += batch.Count;
        }
        return images == 0 ? null : (loss / images, variance / images);
    }

    private ByolProgress Report(
        ByolStep step,
        int epoch,
        (double MeanLoss, StepResult Last) result,
        (double ImagesPerSecond, ByolPhases Phases) speed,
        (double Loss, double Variance)? validation)
    {
        var outputs = step.LastOutputs!;
        var (positive, negative) = FeatureDiagnostics.Similarities(outputs.Prediction, outputs.Target);
        return new ByolProgress(
            epoch,
            options.Epochs,
            step.Count,
            step.TotalSteps,
            result.MeanLoss,
            FeatureDiagnostics.FeatureVariance(outputs.Projection),
            FeatureDiagnostics.NormalizedSpread(outputs.Projection),
            positive,
            negative,
            result.Last.Tau,
            result.Last.LearningRate,
            result.Last.GradientNorm,
            speed.ImagesPerSecond,
            step.Precision,
            speed.Phases,
            validation?.Loss,
            validation?.Variance);
    }

    private static string Describe(ByolProgress progress)
    {
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"Epoch {progress.Epoch}/{progress.Epochs}: loss {progress.Loss:F4}, feature variance {progress.FeatureVariance:G3}, spread {progress.NormalizedSpread:F2}, cosine {progress.PositiveSimilarity:F2} same / {progress.NegativeSimilarity:F2} different, τ {progress.Tau:F4}, learning rate {progress.LearningRate:G3}, {progress.ImagesPerSecond:F0} images/s");
        return progress.ValidationLoss is null
            ? line
            : string.Create(CultureInfo.InvariantCulture, $"{line}, held-out loss {progress.ValidationLoss:F4}, variance {progress.ValidationFeatureVariance:G3}");
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
        if (options is { Stem: ByolStem.Standard, ImageSize: <= 64 })
        {
            log.Warning(
                $"The standard stem shrinks a picture of {options.ImageSize} px to {Math.Max(options.ImageSize / 32, 1)} px before the last layers; Stem = {nameof(ByolStem.Conv3x3Stride2)} usually learns more from pictures of 64 px or less.");
        }
    }

    // torch.tensor would clone the array first.
    private Tensor ToTensor(ViewBatch batch, float[] view)
    {
        var values = empty([batch.Count, options.ImageSize, options.ImageSize, 3], float32);
        MemoryMarshal.AsBytes<float>(view).CopyTo(values.bytes);
        return values.permute(0, 3, 1, 2).to(device);
    }
}
