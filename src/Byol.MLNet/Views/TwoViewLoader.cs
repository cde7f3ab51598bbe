using System.Collections.Concurrent;
using System.Diagnostics;
using Byol.MLNet.Collectives;
using Byol.MLNet.Foundation;
using Byol.MLNet.Images;

namespace Byol.MLNet.Views;

/// <summary>
/// Two views of each image of a batch: N×S×S×3 normalised values, channels last. Disposing it lets its memory be used
/// again.
/// </summary>
internal sealed class ViewBatch(int count, int side, Action<ViewBatch> giveBack) : IDisposable
{
    public int Count { get; } = count;

    /// <summary>Which images of the store these are views of.</summary>
    public IReadOnlyList<int> Images { get; set; } = [];

    /// <summary>S.</summary>
    public int Side { get; } = side;

    public float[] First { get; } = new float[count * ValuesPerView(side)];

    public float[] Second { get; } = new float[count * ValuesPerView(side)];

    public static int ValuesPerView(int side) => 3 * side * side;

    public void Dispose() => giveBack(this);
}

/// <summary>
/// Draws batches of two views ahead of the training thread. A view's draws depend on the run's seed, the epoch, the
/// image and the view alone, never on threads or on other images.
/// </summary>
internal sealed class TwoViewLoader(
    ImageStore store,
    int[] images,
    int batchSize,
    ByolViewRecipe recipe,
    Normalization normalization,
    int seed,
    RandomPurpose purpose,
    Action<TimeSpan>? drawn = null,
    IByolCollective? collective = null)
{
    private const int BatchesAhead = 2;

    // Queues, not bags: a bag's items are held by its threads, and a batch, which knows where it goes back to, would
    // hold the bag.
    private readonly ConcurrentQueue<ViewBatch> _free = [];
    private readonly ConcurrentDictionary<int, ConcurrentQueue<ViewAugmenter>> _augmenters = [];

    /// <summary>
    /// The epoch's batches in a drawn order, without the first ones that were had before and the last partial one; of
    /// each the part that is this process's.
    /// </summary>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="skippedBatches">Batches that were had before.</param>
    /// <param name="side">Side of the views of a batch of the epoch.</param>
    public IEnumerable<ViewBatch> Epoch(int epoch, int skippedBatches, Func<int, int> side)
    {
        var order = images.ToArray();
        RandomStream.For(RandomPurpose.Order, seed, epoch).Shuffle<int>(order);
        return Prefetch(
            order.Chunk(batchSize)
                .Select((batch, i) => (batch, i))
                .Skip(skippedBatches)
                .Where(entry => entry.batch.Length == batchSize)
                .Select(entry => Draw(PartOf(entry.batch), epoch, side(entry.i))));
    }

    /// <summary>All images in their own order, the partial batch included, with the same views every time.</summary>
    public IEnumerable<ViewBatch> All(int side) =>
        Prefetch(images.Chunk(batchSize).Select(batch => Draw(batch, epoch: 0, side)));

    private static IEnumerable<ViewBatch> Prefetch(IEnumerable<ViewBatch> batches)
    {
        using var ready = new BlockingCollection<ViewBatch>(BatchesAhead);
        using var stop = new CancellationTokenSource();
        var producer = Task.Run(() =>
        {
            try
            {
                foreach (var batch in batches)
                {
                    ready.Add(batch, stop.Token);
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

    // The views of an image are the same whichever process draws them.
    private int[] PartOf(int[] batch) => collective is null ? batch : [.. collective.PartOf<int>(batch)];

    private ViewBatch Draw(int[] indices, int epoch, int side)
    {
        var start = Stopwatch.GetTimestamp();
        var batch = _free.TryDequeue(out var free) && free.Count == indices.Length && free.Side == side
            ? free
            : new ViewBatch(indices.Length, side, _free.Enqueue);
        batch.Images = indices;
        var augmenters = _augmenters.GetOrAdd(side, _ => []);
        Parallel.ForEach(Partitioner.Create(0, indices.Length), range =>
        {
            var augmenter = augmenters.TryDequeue(out var idle) ? idle : new ViewAugmenter(recipe, side, normalization);
            for (var i = range.Item1; i < range.Item2; i++)
            {
                Draw(augmenter, batch.First, indices[i], view: 0, position: i, epoch);
                Draw(augmenter, batch.Second, indices[i], view: 1, position: i, epoch);
            }
            augmenters.Enqueue(augmenter);
        });
        drawn?.Invoke(Stopwatch.GetElapsedTime(start));
        return batch;
    }

    private void Draw(ViewAugmenter augmenter, float[] views, int index, int view, int position, int epoch)
    {
        var values = ViewBatch.ValuesPerView(augmenter.Size);
        augmenter.Draw(
            store[index],
            store.Side,
            RandomStream.For(purpose, seed, epoch, index, view),
            views.AsSpan(position * values, values),
            isSecond: view == 1);
    }
}
