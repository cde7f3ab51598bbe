using System.Diagnostics;
using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;
using Byol.MLNet.Pretraining.Methods;
using Byol.MLNet.Pretraining.Probing;
using Byol.MLNet.Views;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining;

/// <summary>
/// What is done to an encoder after its last step: batch norm's statistics from whole pictures, the comparison with the
/// encoder that the run started from, and whitening.
/// </summary>
internal sealed class RunFinish(
    RunInputs inputs, IPretrainingMethod method, RunScoring scoring, ITrainingLog log)
{
    private const int BatchSize = 64;
    private const int MostImages = 4096;

    // With fewer images a covariance is mostly chance.
    private const int ImagesAValue = 4;

    // Batch norm's statistics follow by a tenth a batch: after so many, little of what was there before is left.
    private const int StatisticsBatches = 40;

    private readonly ByolEncoderRecipe _encoder = inputs.Recipe.Encoder;
    private readonly int[] _sample = Sample(inputs);
    private readonly EncoderOutputs _outputs = new(inputs, method);
    private bool _isCutShort;

    private bool Whitens => _encoder.Whitening != ByolWhitening.None;

    /// <summary>About how long it takes, by one batch; 0 where there is nothing to do.</summary>
    public double ExpectedSeconds()
    {
        var adaptation = inputs.Recipe.Adaptation;
        if (!Whitens && adaptation is { ReestimatesBatchNorm: false, KeepsBetter: false })
        {
            return 0;
        }
        int[] batch = [.. _sample.Take(BatchSize)];
        Embed(batch);
        var start = Stopwatch.GetTimestamp();
        Embed(batch);
        var judged = _encoder.Whitening == ByolWhitening.Auto ? 2 * NeighbourAgreement.SampleSize : 0;
        var batches = ((Whitens ? _sample.Length : 0) + judged) / batch.Length
            + (adaptation.ReestimatesBatchNorm ? StatisticsBatches : 0)
            + (adaptation.KeepsBetter ? 2 * scoring.Images / batch.Length : 0) + 1;
        return batches * Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The encoder for use.</summary>
    /// <param name="start">The weights, statistics included, that it is not to be worse than; null compares with
    /// none.</param>
    public FinishedEncoder Finish(NetworkWeights? start)
    {
        if (inputs.Recipe.Adaptation.ReestimatesBatchNorm)
        {
            Reestimate();
        }
        var guard = start is null ? null : Compare(start);
        return (Whitened() with { Guard = guard, IsCutShort = _isCutShort }).OfFirst(inputs.Collective);
    }

    // As they come out: at the size that is embedded, with the statistics that they are used with.
    private StartGuard Compare(NetworkWeights start)
    {
        var trained = method.ExportEncoder();
        try
        {
            var ofTrained = scoring.Score(side: _encoder.EmbeddedSize);
            method.StartFrom(start);
            var guard = StartGuard.Of(scoring.Score(side: _encoder.EmbeddedSize), ofTrained);
            if (!guard.KeepsStart)
            {
                method.StartFrom(trained);
            }
            return guard;
        }
        catch (OperationCanceledException) when (inputs.Cancellation.IsCancellationRequested)
        {
            _isCutShort = true;
            method.StartFrom(trained);
            return StartGuard.NotCompared;
        }
    }

    private FinishedEncoder Whitened()
    {
        var encoder = method.ExportEncoder();
        if (!Whitens)
        {
            return new FinishedEncoder(encoder, null);
        }
        try
        {
            var fit = Whiten();
            return new FinishedEncoder(fit.AddTo(encoder), fit.Whitening);
        }
        catch (OperationCanceledException) when (inputs.Cancellation.IsCancellationRequested)
        {
            // Whoever stops a run wants the encoder, soon.
            _isCutShort = true;
            log.Warning(
                $"The run was stopped before its embeddings were whitened ({_encoder.Whitening}): the encoder gives "
                + "them as they are.");
            return new FinishedEncoder(encoder, null);
        }
    }

    private void Reestimate()
    {
        if (inputs.Cancellation.IsCancellationRequested)
        {
            _isCutShort = true;
            log.Warning("The run was stopped before batch norm was estimated anew on whole pictures.");
            return;
        }
        foreach (var batch in Enumerable.Repeat(_sample, StatisticsBatches).SelectMany(sample => sample)
            .Chunk(BatchSize).Where(batch => batch.Length > 1).Take(StatisticsBatches))
        {
            using var scope = NewDisposeScope();
            method.SeeStatistics(Pictures(batch));
        }
    }

    private WhiteningFit Whiten()
    {
        var embeddings = Embed(_sample);
        var kind = _encoder.Whitening == ByolWhitening.Auto ? Choose(embeddings) : _encoder.Whitening;
        var fit = WhiteningFit.Of(kind, _encoder, embeddings);
        if (kind == ByolWhitening.Pca && fit.Whitening.Dimension < _encoder.WhitenedDimension)
        {
            log.Warning(
                $"Whitening: the embeddings of {Counted.Text(_sample.Length, "image")} vary in "
                + $"{Counted.Text(fit.Whitening.Dimension, "direction")}, so that the embedding has no more values; "
                + $"{nameof(ByolEncoderRecipe.WhitenedDimension)} is {_encoder.WhitenedDimension}.");
        }
        return fit;
    }

    // Fitted on one half, judged by the views of the other: what few images cannot tell, shows.
    private ByolWhitening Choose(IReadOnlyList<float[]> embeddings)
    {
        if (_sample.Length < ImagesAValue * embeddings[0].Length)
        {
            log.Info($"Whitening: none, as {_sample.Length} images are too few for it.");
            return ByolWhitening.None;
        }
        var half = _sample.Length / 2;
        int[] judged = [.. _sample.Skip(half).Take(NeighbourAgreement.SampleSize)];
        var (first, second) = _outputs.OfViews(
            inputs.Loader(judged, RandomPurpose.AgreementView, BatchSize), _encoder.EmbeddedSize);
        var fitted = embeddings.Take(half).ToList();
        var scores = new[] { ByolWhitening.None, ByolWhitening.Centred, ByolWhitening.Zca }.ToDictionary(
            kind => kind,
            kind =>
            {
                var fit = WhiteningFit.Of(kind, _encoder, fitted);
                return NeighbourAgreement.Of(fit.Apply(first), fit.Apply(second));
            });
        // The one that does most, of those that are as good: nearest neighbours gain by it.
        var best = scores.Last(score => score.Value >= scores.Values.Max() - NeighbourAgreement.Chance).Key;
        log.Info(
            $"Whitening: {best}, by neighbour agreement on half of the images: "
            + string.Join(", ", scores.Select(score => $"{score.Key} {score.Value:P1}")) + ".");
        return best;
    }

    private List<float[]> Embed(int[] images) =>
        [.. images.Chunk(BatchSize).SelectMany(batch => _outputs.Of(() => Pictures(batch)))];

    private Tensor Pictures(int[] batch) =>
        new WholePictures(inputs.Store, _encoder.EmbeddedSize, inputs.Normalization).Batch(batch, inputs.Plan.Device);

    private static int[] Sample(RunInputs inputs)
    {
        var sample = inputs.Plan.Training.ToArray();
        RandomStream.For(RandomPurpose.AgreementSample, inputs.Seed, first: 1).Shuffle<int>(sample);
        return sample[..Math.Min(sample.Length, MostImages)];
    }
}
