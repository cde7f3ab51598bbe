using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Embedding;

/// <summary>
/// The source's rows with the embedding column added. One cursor over the source carries image and passed columns
/// together, so that an embedding stands beside its own row whatever order the source gives, now or in another pass.
/// </summary>
internal sealed class EmbeddedCursor : DataViewRowCursor
{
    private readonly DataViewRowCursor _source;
    private readonly EmbeddingReader _reader;
    private readonly IReadOnlyList<DataViewSchema.Column> _passed;
    private readonly IReadOnlyList<ColumnBuffer> _buffers;
    private readonly Action<ByolUnreadableRow> _onUnreadable;
    private readonly int _embeddingIndex;
    private readonly bool _isLive;
    private RowBatch _batch = RowBatch.Empty;
    private int _slot = -1;
    private float[] _embedding = [];

    /// <param name="schema">The source's columns, then the embedding.</param>
    /// <param name="source">The one cursor over the source.</param>
    /// <param name="passed">The source's columns that are asked for.</param>
    /// <param name="buffers">What carries their values; empty where they are read from the source itself.</param>
    /// <param name="reader">Reads the cursor.</param>
    /// <param name="isLive">Whether the reader leaves the cursor on the row that is handed out.</param>
    /// <param name="onUnreadable">Is told of each row whose image could not be read; may throw.</param>
    public EmbeddedCursor(
        DataViewSchema schema,
        DataViewRowCursor source,
        IReadOnlyList<DataViewSchema.Column> passed,
        IReadOnlyList<ColumnBuffer> buffers,
        EmbeddingReader reader,
        bool isLive,
        Action<ByolUnreadableRow> onUnreadable)
    {
        Schema = schema;
        _source = source;
        _passed = passed;
        _buffers = buffers;
        _reader = reader;
        _isLive = isLive;
        _onUnreadable = onUnreadable;
        _embeddingIndex = source.Schema.Count;
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _slot < 0 ? -1 : _batch[_slot].Position;

    public override long Batch => _slot < 0 ? 0 : _batch[_slot].Batch;

    public override bool MoveNext()
    {
        if (++_slot >= _batch.Count)
        {
            _slot = -1;
            if (_reader.Next() is not { } next)
            {
                _batch = RowBatch.Empty;
                return false;
            }
            (_batch, _slot) = (next, 0);
        }
        var row = _batch.Embeddings.GetAwaiter().GetResult()[_slot];
        if (row.Unreadable is { } unreadable)
        {
            _onUnreadable(unreadable);
        }
        _embedding = row.Values;
        return true;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        column.Index == _embeddingIndex || _passed.Any(passed => passed.Index == column.Index);

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _batch[_slot].Id;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
        {
            throw new ArgumentOutOfRangeException(
                nameof(column), $"Column '{column.Name}' was not asked for when the cursor was opened.");
        }
        if (column.Index != _embeddingIndex && _isLive)
        {
            return _source.GetGetter<TValue>(_source.Schema[column.Index]);
        }
        return (column.Index == _embeddingIndex ? EmbeddingGetter() : BufferedGetter(column)) as ValueGetter<TValue>
            ?? throw new InvalidOperationException(
                $"Column '{column.Name}' holds {column.Type.RawType.Name}, not {typeof(TValue).Name}.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _reader.Dispose();
        }
        base.Dispose(disposing);
    }

    private ValueGetter<VBuffer<float>> EmbeddingGetter() => (ref VBuffer<float> value) =>
    {
        var editor = VBufferEditor.Create(ref value, _embedding.Length);
        _embedding.CopyTo(editor.Values);
        value = editor.Commit();
    };

    private Delegate BufferedGetter(DataViewSchema.Column column)
    {
        var index = 0;
        while (_passed[index].Index != column.Index)
        {
            index++;
        }
        return _buffers[index].Getter(() => (_batch.Values(index), _slot));
    }
}

/// <summary>The source's rows under the schema with the embedding, where nobody asked for that.</summary>
internal sealed class PassedCursor(DataViewSchema schema, DataViewRowCursor source) : DataViewRowCursor
{
    public override DataViewSchema Schema { get; } = schema;

    public override long Position => source.Position;

    public override long Batch => source.Batch;

    public override bool MoveNext() => source.MoveNext();

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        column.Index < source.Schema.Count && source.IsColumnActive(source.Schema[column.Index]);

    public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        column.Index < source.Schema.Count
        ? source.GetGetter<TValue>(source.Schema[column.Index])
        : throw new ArgumentOutOfRangeException(
            nameof(column), $"Column '{column.Name}' was not asked for when the cursor was opened.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }
        base.Dispose(disposing);
    }
}
