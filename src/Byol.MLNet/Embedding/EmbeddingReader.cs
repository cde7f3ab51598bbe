using Byol.MLNet.Images;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Embedding;

/// <summary>Looks ahead on the image column and embeds in batches what is not remembered.</summary>
internal sealed class EmbeddingReader(
    IDataView source,
    string inputColumn,
    EmbeddingMemory.ViewMemory memory,
    BatchEmbedder embedder,
    ByolUnreadableImage onUnreadable,
    Random? random) : IDisposable
{
    private readonly PixelReader _reader = new(source, inputColumn, embedder.FrontEnd, random);
    private readonly Queue<(DataViewRowId Id, float[] Embedding)> _ready = [];
    private long _rows;

    /// <summary>The next row's embedding; false at the end.</summary>
    /// <exception cref="InvalidOperationException">An image is unreadable and the options do not ask for NaN.</exception>
    public bool TryNext(out DataViewRowId id, out float[] embedding)
    {
        if (_ready.Count == 0)
        {
            Fill();
        }
        var any = _ready.TryDequeue(out var next);
        (id, embedding) = next;
        return any;
    }

    public void Dispose() => _reader.Dispose();

    private void Fill()
    {
        var rows = _reader.Next(BatchEmbedder.BatchSize, (_, id) => !memory.TryFind(id, out var _));
        if (rows.Count == 0)
        {
            // Not every row is kept where the memory's limit was met; then the next pass reads images again.
            memory.IsComplete = memory.Holds(_rows);
            return;
        }
        _rows += rows.Count;
        var embeddings = new float[rows.Count][];
        var missing = new List<(int Index, UInt128 Key)>();
        for (var i = 0; i < rows.Count; i++)
        {
            if (Remembered(rows[i], out var key) is { } embedding)
            {
                embeddings[i] = embedding;
            }
            else
            {
                missing.Add((i, key));
            }
        }
        Compute(rows, missing, embeddings);
        for (var i = 0; i < rows.Count; i++)
        {
            _ready.Enqueue((rows[i].Id, embeddings[i]));
        }
    }

    private float[]? Remembered(PixelRow row, out UInt128 key)
    {
        key = default;
        if (row.Error is not null)
        {
            return Unreadable(row);
        }
        if (!row.IsWanted)
        {
            return memory.TryFind(row.Id, out var known) ? known : throw new InvalidOperationException($"Row {row.Row} was forgotten between two reads.");
        }
        key = EmbeddingMemory.ViewMemory.KeyOf(row.Pixels!);
        return memory.TryFind(row.Id, key, out var embedding) ? embedding : null;
    }

    private void Compute(IReadOnlyList<PixelRow> rows, List<(int Index, UInt128 Key)> missing, float[][] embeddings)
    {
        if (missing.Count == 0)
        {
            return;
        }
        var computed = embedder.Embed([.. missing.Select(entry => rows[entry.Index].Pixels!)]);
        for (var i = 0; i < computed.Length; i++)
        {
            var (index, key) = missing[i];
            embeddings[index] = computed[i];
            memory.Keep(rows[index].Id, key, computed[i]);
        }
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
}
