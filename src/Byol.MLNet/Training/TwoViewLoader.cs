using System.Collections.Concurrent;
using Byol.MLNet.Augmentation;
using Byol.MLNet.Images;

namespace Byol.MLNet.Training;

/// <summary>Two views of each image of a batch: N×S×S×3 normalised values, channels last.</summary>
internal sealed record ViewBatch(int Count, float[] First, float[] Second);

/// <summary>
/// Draws batches of two views ahead of the training thread. A view's draws depend on the run's seed, the epoch, the image and the
/// view alone, never on threads or on other images (trap 4 of the design).
/// </summary>
internal sealed class TwoViewLoader(ImageStore store, int[] images, ByolOptions options, int seed, RandomPurpose purpose)
{
    private const int BatchesAhead = 2;

    /// <summary>The epoch's batches in a drawn order, without the last partial one.</summary>
    public IEnumerable<ViewBatch> Epoch(int epoch)
    {
        var order = images.ToArray();
        RandomStream.For(RandomPurpose.Order, seed, epoch).Shuffle<int>(order);
        return Prefetch(order.Chunk(options.BatchSize).Where(batch => batch.Length == options.BatchSize), epoch);
    }

    /// <summary>All images in their own order, the partial batch included, with the same views every time.</summary>
    public IEnumerable<ViewBatch> All() => Prefetch(images.Chunk(options.BatchSize), epoch: 0);

    private IEnumerable<ViewBatch> Prefetch(IEnumerable<int[]> batches, int epoch)
    {
        using var ready = new BlockingCollection<ViewBatch>(BatchesAhead);
        using var stop = new CancellationTokenSource();
        var producer = Task.Run(() =>
        {
            try
            {
                var augmenter = new ViewAugmenter(options);
                foreach (var batch in batches)
                {
                    ready.Add(Draw(augmenter, batch, epoch), stop.Token);
                }
            }
            catch (OperationCanceledException)
            {
                // The consumer left early.
            }
            finally
            {
                ready.CompleteAdding();
            }
        });
        try
        {
            foreach (var batch in ready.GetConsumingEnumerable())
            {
                yield return batch;
            }
        }
        finally
        {
            stop.Cancel();
            producer.GetAwaiter().GetResult();
        }
    }

    private ViewBatch Draw(ViewAugmenter augmenter, int[] batch, int epoch)
    {
        var length = 3 * options.ImageSize * options.ImageSize;
        var (first, second) = (new float[batch.Length * length], new float[batch.Length * length]);
        for (var i = 0; i < batch.Length; i++)
        {
            var image = store[batch[i]];
            augmenter.Draw(image, store.Side, RandomStream.For(purpose, seed, epoch, batch[i], 0), first.AsSpan(i * length, length));
            augmenter.Draw(image, store.Side, RandomStream.For(purpose, seed, epoch, batch[i], 1), second.AsSpan(i * length, length));
        }
        return new ViewBatch(batch.Length, first, second);
    }
}
