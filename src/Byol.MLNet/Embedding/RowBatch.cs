using Microsoft.ML.Data;

namespace Byol.MLNet.Embedding;

/// <summary>
/// Rows that were read together: their embeddings, on the way or there, and the values of the columns that are passed
/// on.
/// </summary>
internal sealed class RowBatch
{
    private readonly IReadOnlyList<ColumnBuffer> _columns;
    private readonly Array[] _values;
    private readonly List<RowPlace> _places = [];

    public RowBatch(IReadOnlyList<ColumnBuffer> columns, int capacity)
    {
        _columns = columns;
        _values = [.. columns.Select(column => column.CreateValues(capacity))];
    }

    /// <summary>An empty batch, on which a cursor stands before its first row.</summary>
    public static RowBatch Empty { get; } = new([], 0);

    public int Count => _places.Count;

    /// <summary>What each row's image gave; set when the batch was read.</summary>
    public Task<IReadOnlyList<RowEmbedding>> Embeddings { get; set; } =
        Task.FromResult<IReadOnlyList<RowEmbedding>>([]);

    public RowPlace this[int slot] => _places[slot];

    public Array Values(int column) => _values[column];

    /// <summary>Takes all that the cursor's row has.</summary>
    public void Read(RowPlace place)
    {
        for (var i = 0; i < _columns.Count; i++)
        {
            _columns[i].Read(_values[i], _places.Count);
        }
        _places.Add(place);
    }
}

/// <summary>Where a source's cursor stood when it read a row.</summary>
internal readonly record struct RowPlace(long Position, long Batch, DataViewRowId Id);

/// <summary>A row's embedding; where its image could not be read, why.</summary>
internal readonly record struct RowEmbedding(float[] Values, ByolUnreadableRow? Unreadable = null);
