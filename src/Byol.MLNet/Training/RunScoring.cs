using Byol.MLNet.Monitoring;
using Byol.MLNet.Networks;
using static TorchSharp.torch;

namespace Byol.MLNet.Training;

/// <summary>Scores a run's encoder on held-out images and on a probe, without influence on it.</summary>
internal sealed class RunScoring(
    ByolOptions options,
    ByolNetwork network,
    ByolStep step,
    TwoViewLoader heldOut,
    OnlineProbe? probe,
    TimeBudget? budget,
    Device device)
{
    /// <summary>Figures of the held-out images; of those that there is time for, and none where the run is
    /// cancelled.</summary>
    public (double Loss, double Variance)? Validate()
    {
        var (loss, variance, images) = (0.0, 0.0, 0);
        foreach (var batch in heldOut.All())
        {
            if (options.CancellationToken.IsCancellationRequested)
            {
                return null;
            }
            if (images > 0 && budget?.IsExceeded == true)
            {
                break;
            }
            using var scope = NewDisposeScope();
            using var _ = batch;
            var (batchLoss, projection) = step.Evaluate(Tensor(batch.First, batch.Side), Tensor(batch.Second, batch.Side));
            loss += batchLoss * batch.Count;
            variance += FeatureDiagnostics.FeatureVariance(projection) * batch.Count;
            images += batch.Count;
        }
        return images == 0 ? null : (loss / images, variance / images);
    }

    /// <summary>Accuracies on the probe; none where there is none, or where the run is cancelled.</summary>
    public ProbeScores? Probe()
    {
        try
        {
            return probe?.Measure(Embed);
        }
        catch (OperationCanceledException) when (options.CancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private IEnumerable<float[]> Embed(float[][] images)
    {
        options.CancellationToken.ThrowIfCancellationRequested();
        using var scope = NewDisposeScope();
        var embeddings = network.Embed(Tensor([.. images.SelectMany(image => image)], options.ImageSize)).cpu();
        return embeddings.data<float>().ToArray().Chunk((int)embeddings.shape[1]);
    }

    private Tensor Tensor(float[] views, int side) => ViewTensor.Of(views, side, device);
}
