using Byol.MLNet.Images;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Embedding;

/// <summary>
/// Reads the one cursor over the source ahead of the caller and embeds in batches what is not remembered. The cursor is
/// read on the caller's thread; files are decoded and pictures embedded on others, one batch ahead of the caller and
/// one more on the way.
/// </summary>
internal sealed class EmbeddingReader(
    DataViewRowCursor cursor,
    PixelReader reader,
    IReadOnlyList<ColumnBuffer> columns,
    Shared<BatchEmbedder>.Lease embedder,
    EmbeddingMemory memory,
    EmbeddingCounter counter,
    bool isLive)
    : IDisposable
{
    private const int BatchesAhead = 2;

    private readonly Queue<RowBatch> _batches = [];
    private readonly ValueGetter<DataViewRowId> _id = cursor.GetIdGetter();
    private bool _isAtEnd;

    /// <summary>
    /// The next rows; null at the end. Where the caller reads the cursor himself, always a single row, on which that
    /// stands.
    /// </summary>
    public RowBatch? Next()
    {
        while (!_isAtEnd && _batches.Count < (isLive ? 1 : BatchesAhead))
        {
            var batch = Read();
            _isAtEnd = batch.Count == 0;
            if (!_isAtEnd)
            {
                _batches.Enqueue(batch);
            }
        }
        return _batches.TryDequeue(out var next) ? next : null;
    }

    public void Dispose()
    {
        try
        {
            Task.WaitAll([.. _batches.Select(batch => batch.Embeddings)]);
        }
        catch (AggregateException)
        {
            // The caller left before the rows that these are about.
        }
        reader.Dispose();
        embedder.Dispose();
    }

    private RowBatch Read()
    {
        var batch = new RowBatch(columns, isLive ? 1 : embedder.Value.BatchSize);
        var found = new List<float[]?>();
        var stamps = new List<FileStamp?>();
        var rows = reader.Next(
            isLive ? 1 : embedder.Value.BatchSize,
            isKnown: (row, image) =>
            {
                DataViewRowId id = default;
                _id(ref id);
                batch.Read(new RowPlace(cursor.Position, cursor.Batch, id));
                stamps.Add(row.Path is null ? null : FileStamp.Of(row.Path));
                found.Add(Remembered(image, stamps[^1]));
                return found[^1] is not null;
            });
        if (found.TrueForAll(embedding => embedding is not null))
        {
            batch.Embeddings = Task.FromResult<IReadOnlyList<RowEmbedding>>(
                [.. found.Select(embedding => new RowEmbedding(embedding!))]);
        }
        else
        {
            batch.Embeddings = Task.Run(() => Embed(rows, found, stamps));
        }
        return batch;
    }

    private float[]? Remembered(MLImage? image, FileStamp? file)
    {
        if (image is not null)
        {
            return memory.Find(image);
        }
        return file is { } stamp ? memory.Find(stamp) : null;
    }

    private IReadOnlyList<RowEmbedding> Embed(
        IReadOnlyList<PixelRow> rows, List<float[]?> found, List<FileStamp?> stamps)
    {
        reader.Decode(rows);
        var keys = rows.Select(row => row.Pixels is null ? default : EmbeddingMemory.KeyOf(row.Pixels)).ToArray();
        int[] missing =
            [.. Enumerable.Range(0, rows.Count)
                .Where(i => rows[i].Pixels is not null && (found[i] = memory.Find(keys[i])) is null)];
        if (missing.Length > 0)
        {
            var computed = embedder.Value.Embed([.. missing.Select(i => rows[i].Pixels!)]);
            counter.Add(missing.Length);
            for (var i = 0; i < missing.Length; i++)
            {
                found[missing[i]] = computed[i];
            }
        }
        return [.. rows.Select((row, i) => Conclude(row, found[i], keys[i], stamps[i]))];
    }

    private RowEmbedding Conclude(PixelRow row, float[]? embedding, UInt128 key, FileStamp? before)
    {
        if (row.Unreadable is { } reason)
        {
            var values = new float[embedder.Value.Dimension];
            Array.Fill(values, float.NaN);
            return new RowEmbedding(values, reason);
        }
        if (row.Pixels is not null && memory.Keep(key, embedding!) is { } kept)
        {
            Link(row, kept, before);
        }
        return new RowEmbedding(embedding!);
    }

    private void Link(PixelRow row, float[] kept, FileStamp? before)
    {
        if (row.Image is not null)
        {
            memory.Link(row.Image, kept);
        }
        // A file that changed while it was read is not the one of the stamp.
        else if (before is { } stamp && FileStamp.Of(stamp.Path) == stamp)
        {
            memory.Link(stamp, kept);
        }
    }
}

/// <summary>Counts what a transformer has computed. Safe for several threads.</summary>
internal sealed class EmbeddingCounter
{
    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public void Add(int embeddings) => Interlocked.Add(ref _count, embeddings);
}
