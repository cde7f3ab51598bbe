using Byol.MLNet.Foundation;
using Byol.MLNet.Pretraining.Methods;
using Byol.MLNet.Pretraining.Monitoring;
using Byol.MLNet.Pretraining.Probing;
using Byol.MLNet.Views;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining;

/// <summary>
/// Scores a run's encoder on held-out images, on a probe and by neighbour agreement, without influence on it.
/// </summary>
internal sealed class RunScoring
{
    private readonly RunInputs _inputs;
    private readonly IPretrainingMethod _method;
    private readonly EncoderOutputs _outputs;
    private readonly TimeBudget? _budget;
    private readonly TwoViewLoader _heldOut;
    private readonly Lazy<TwoViewLoader> _agreementViews;

    public RunScoring(RunInputs inputs, IPretrainingMethod method, TimeBudget? budget)
    {
        _inputs = inputs;
        _method = method;
        _outputs = new EncoderOutputs(inputs, method);
        _budget = budget;
        _heldOut = inputs.Loader(inputs.Plan.Validation, RandomPurpose.ValidationView);
        _agreementViews = new(
            () => inputs.Loader(AgreementSample(inputs.Plan.Training, inputs.Seed), RandomPurpose.AgreementView));
    }

    /// <summary>Figures of the held-out images; of those that there is time for, and none where the run is
    /// cancelled.</summary>
    public (double Loss, double Variance)? Validate()
    {
        var (loss, variance, images) = (0.0, 0.0, 0);
        foreach (var batch in _heldOut.All(ImageSize))
        {
            if (_inputs.Cancellation.IsCancellationRequested)
            {
                return null;
            }
            if (images > 0 && _budget?.IsExceeded == true)
            {
                break;
            }
            using var scope = NewDisposeScope();
            using var _ = batch;
            var (batchLoss, projection) = _method.Evaluate(ViewTensor.Of(batch, _inputs.Plan.Device));
            loss += batchLoss * batch.Count;
            variance += FeatureDiagnostics.FeatureVariance(projection) * batch.Count;
            images += batch.Count;
        }
        return images == 0 ? null : (loss / images, variance / images);
    }

    /// <summary>The encoder's scores at an epoch's end; none where the run is cancelled.</summary>
    public ByolEncoderScores? ScoreEpoch(long step, bool isLast)
    {
        try
        {
            return Score(isLast || IsAgreementDue(step));
        }
        catch (OperationCanceledException) when (_inputs.Cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>All scores that the run's encoder is given.</summary>
    /// <param name="withAgreement">Whether neighbour agreement is among them.</param>
    /// <param name="side">The side of the views that neighbour agreement is measured on; null is the one that is
    /// trained on.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public ByolEncoderScores Score(bool withAgreement = true, int? side = null)
    {
        var sampled = withAgreement ? SampleSize : 0;
        long total = sampled + (_inputs.Probe?.Count ?? 0);
        double? agreement = withAgreement ? MeasureAgreement(side ?? ImageSize) : null;
        if (withAgreement)
        {
            Scored(sampled, total);
        }
        var probe = _inputs.Probe?.Measure(EmbedWhole, done => Scored(sampled + done, total));
        return new ByolEncoderScores
        {
            NeighbourAgreement = agreement,
            ProbeKnnAccuracy = probe?.Knn,
            ProbeLinearAccuracy = probe?.Linear,
        };
    }

    /// <summary>Images that scoring embeds.</summary>
    public int Images => 2 * SampleSize + (_inputs.Probe?.Count ?? 0);

    private int ImageSize => _inputs.Recipe.Encoder.ImageSize;

    private int SampleSize => Math.Min(_inputs.Plan.Training.Length, NeighbourAgreement.SampleSize);

    // A function of the step alone, so that a resumed run measures where the whole one does.
    private bool IsAgreementDue(long step)
    {
        var interval = Math.Max((long)NeighbourAgreement.ImagesBetween * SampleSize / (_inputs.Recipe.StepImages), 1);
        return step / interval > (step - _inputs.Plan.StepsPerEpoch) / interval;
    }

    private void Scored(long done, long total)
    {
        _inputs.Cancellation.ThrowIfCancellationRequested();
        _inputs.Activity?.Report(new ByolActivity(ByolActivityKind.Scoring, done, total));
    }

    private static int[] AgreementSample(int[] training, int seed)
    {
        var sample = training.ToArray();
        RandomStream.For(RandomPurpose.AgreementSample, seed).Shuffle<int>(sample);
        return sample[..Math.Min(sample.Length, NeighbourAgreement.SampleSize)];
    }

    private double MeasureAgreement(int side)
    {
        var (first, second) = _outputs.OfViews(_agreementViews.Value, side);
        return NeighbourAgreement.Of(first, second);
    }

    private IEnumerable<float[]> EmbedWhole(float[][] images) => _outputs.Of(() => ViewTensor.Of(
        [.. images.SelectMany(image => image)], _inputs.Recipe.Encoder.EmbeddedSize, _inputs.Plan.Device));
}
