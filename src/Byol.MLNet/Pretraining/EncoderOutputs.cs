using Byol.MLNet.Pretraining.Methods;
using Byol.MLNet.Torch;
using Byol.MLNet.Views;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining;

/// <summary>What a run's encoder makes of pictures and of views, as it stands.</summary>
internal sealed class EncoderOutputs(RunInputs inputs, IPretrainingMethod method)
{
    /// <summary>The embeddings of a batch.</summary>
    /// <param name="images">Makes the batch, N×3×S×S.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public IEnumerable<float[]> Of(Func<Tensor> images)
    {
        inputs.Cancellation.ThrowIfCancellationRequested();
        using var scope = NewDisposeScope();
        return TensorRows.Read(method.Embed(images()));
    }

    /// <summary>The embeddings of the two views of each image of a loader, of the given side.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public (IReadOnlyList<float[]> First, IReadOnlyList<float[]> Second) OfViews(TwoViewLoader views, int side)
    {
        var (first, second) = (new List<float[]>(), new List<float[]>());
        foreach (var batch in views.All(side))
        {
            using var _ = batch;
            first.AddRange(Of(() => ViewTensor.Of(batch.First, side, inputs.Plan.Device)));
            second.AddRange(Of(() => ViewTensor.Of(batch.Second, side, inputs.Plan.Device)));
        }
        return (first, second);
    }
}
