using Byol.MLNet.Images;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Embedding;

/// <summary>
/// Looks ahead on the image column and embeds in batches what is not remembered. The column is read on the caller's thread; files are
/// decoded and pictures embedded on others, one batch ahead of the caller and one more on the way.
/// </summary>
internal sealed class EmbeddingReader(
    IDataView source,
    string inputColumn,
    EmbeddingMemory.ViewMemory memory,
    BatchEmbedder embedder,
    ByolUnreadableImage onUnreadable,
    Random? random) : IDisposable
{
    private const int BatchesAhead = 2;

    private readonly PixelReader _reader = new(source, inputColumn, embedder.FrontEnd, random);
    private readonly Queue<Task<IReadOnlyList<EmbeddedRow>>> _batches = [];
    private IEnumerator<EmbeddedRow>? _current;
    private bool _isAtEnd;
    private long _rows;

    /// <summary>The next row's embedding; false at the end.</summary>
    /// <exception cref="InvalidOperationException">An image is unreadable and the options do not ask for NaN.</exception>
    public bool TryNext(out DataViewRowId id, out float[] embedding)
    {
        while (_current?.MoveNext() != true)
        {
            ReadAhead();
            if (!_batches.TryDequeue(out var batch))
            {
                // Not every row is kept where the memory's limit was met; then the next pass reads images again.
                memory.IsComplete = memory.Holds(_rows);
                (id, embedding) = (default, []);
                return false;
            }
            _current = batch.GetAwaiter().GetResult().GetEnumerator();
        }
        (id, embedding) = (_current.Current.Id, _current.Current.Embedding);
        return true;
    }

    public void Dispose()
    {
        try
        {
            Task.WaitAll([.. _batches]);
        }
        catch (AggregateException)
        {
            // The caller left before the rows that these are about.
        }
        _reader.Dispose();
    }

    private void ReadAhead()
    {
        while (!_isAtEnd && _batches.Count < BatchesAhead)
        {
            var rows = _reader.Next(embedder.BatchSize, (_, id) => !memory.TryFind(id, out var _));
            _isAtEnd = rows.Count == 0;
            _rows += rows.Count;
            if (!_isAtEnd)
            {
                _batches.Enqueue(Task.Run(() => Embed(rows)));
            }
        }
    }

    private IReadOnlyList<EmbeddedRow> Embed(IReadOnlyList<PixelRow> rows)
    {
        _reader.Decode(rows);
        var embeddings = new EmbeddedRow[rows.Count];
        var missing = new List<(int Index, UInt128 Key)>();
        for (var i = 0; i < rows.Count; i++)
        {
            if (Remembered(rows[i], out var key) is { } embedding)
            {
                embeddings[i] = new EmbeddedRow(rows[i].Id, embedding);
            }
            else
            {
                missing.Add((i, key));
            }
        }
        if (missing.Count > 0)
        {
            var computed = embedder.Embed([.. missing.Select(entry => rows[entry.Index].Pixels!)]);
            for (var i = 0; i < computed.Length; i++)
            {
                var (index, key) = missing[i];
                embeddings[index] = new EmbeddedRow(rows[index].Id, computed[i]);
                memory.Keep(rows[index].Id, key, computed[i]);
            }
        }
        return embeddings;
    }

    private float[]? Remembered(PixelRow row, out UInt128 key)
    {
        key = default;
        if (row.Error is not null)
        {
            return Unreadable(row);
        }
        if (row.Pixels is null)
        {
            return memory.TryFind(row.Id, out var known) ? known : throw new InvalidOperationException($"Row {row.Row} was forgotten between two reads.");
        }
        key = EmbeddingMemory.ViewMemory.KeyOf(row.Pixels);
        return memory.TryFind(row.Id, key, out var embedding) ? embedding : null;
    }

    private float[] Unreadable(PixelRow row)
    {
        if (onUnreadable != ByolUnreadableImage.NaN)
        {
            throw new InvalidOperationException($"Column '{inputColumn}': {row.Error}. Set {nameof(ByolOptions.OnUnreadableImage)} to {nameof(ByolUnreadableImage.NaN)} to get NaN instead.");
        }
        var embedding = new float[embedder.Dimension];
        Array.Fill(embedding, float.NaN);
        return embedding;
    }

    private readonly record struct EmbeddedRow(DataViewRowId Id, float[] Embedding);
}
