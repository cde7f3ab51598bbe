using System.Collections.Concurrent;
using Byol.MLNet.Augmentation;
using Byol.MLNet.Images;
using Byol.MLNet.Monitoring;

namespace Byol.MLNet.Training;

/// <summary>Two views of each image of a batch: N×S×S×3 normalised values, channels last. Disposing it lets its memory be used again.</summary>
internal sealed class ViewBatch(int count, int valuesPerView, Action<ViewBatch> giveBack) : IDisposable
{
    public int Count { get; } = count;

    public float[] First { get; } = new float[count * valuesPerView];

    public float[] Second { get; } = new float[count * valuesPerView];

    public void Dispose() => giveBack(this);
}

/// <summary>
/// Draws batches of two views ahead of the training thread. A view's draws depend on the run's seed, the epoch, the image and the
/// view alone, never on threads or on other images (trap 4 of the design).
/// </summary>
internal sealed class TwoViewLoader(ImageStore store, int[] images, ByolOptions options, int seed, RandomPurpose purpose, PhaseClock clock)
{
    private const int BatchesAhead = 2;

    private readonly int _valuesPerView = 3 * options.ImageSize * options.ImageSize;
    private readonly ConcurrentBag<ViewBatch> _free = [];
    private readonly ConcurrentBag<ViewAugmenter> _augmenters = [];

    /// <summary>The epoch's batches in a drawn order, without the first ones that were had before and the last partial one.</summary>
    public IEnumerable<ViewBatch> Epoch(int epoch, int skippedBatches)
    {
        var order = images.ToArray();
        RandomStream.For(RandomPurpose.Order, seed, epoch).Shuffle<int>(order);
        return Prefetch(order.Chunk(options.BatchSize).Skip(skippedBatches).Where(batch => batch.Length == options.BatchSize), epoch);
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
                foreach (var batch in batches)
                {
                    ready.Add(Draw(batch, epoch), stop.Token);
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

    private ViewBatch Draw(int[] indices, int epoch)
    {
        using var _ = clock.Measure(Phase.Augmentation);
        var batch = _free.TryTake(out var free) && free.Count == indices.Length ? free : new ViewBatch(indices.Length, _valuesPerView, _free.Add);
        Parallel.ForEach(Partitioner.Create(0, indices.Length), range =>
        {
            var augmenter = _augmenters.TryTake(out var idle) ? idle : new ViewAugmenter(options);
            for (var i = range.Item1; i < range.Item2; i++)
            {
                Draw(augmenter, batch.First, indices[i], view: 0, position: i, epoch);
                Draw(augmenter, batch.Second, indices[i], view: 1, position: i, epoch);
            }
            _augmenters.Add(augmenter);
        });
        return batch;
    }

    private void Draw(ViewAugmenter augmenter, float[] views, int index, int view, int position, int epoch) => augmenter.Draw(
        store[index],
        store.Side,
        RandomStream.For(purpose, seed, epoch, index, view),
        views.AsSpan(position * _valuesPerView, _valuesPerView));
}
