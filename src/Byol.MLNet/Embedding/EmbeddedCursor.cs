using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Embedding;

/// <summary>The embedding of the row that a cursor stands on: from memory where the row is there, else from the look-ahead reader.</summary>
internal sealed class RowEmbeddings(EmbeddingMemory.ViewMemory memory, EmbeddingReader? reader) : IDisposable
{
    public float[] Current { get; private set; } = [];

    public void MoveTo(DataViewRowId id)
    {
        if (reader is null)
        {
            Current = memory.TryFind(id, out var embedding) ? embedding : throw Changed();
            return;
        }
        if (!reader.TryNext(out var readId, out var read) || readId.Low != id.Low || readId.High != id.High)
        {
            throw Changed();
        }
        Current = read;
    }

    /// <summary>Lets the reader see the end of the rows, so that it knows whether all are remembered.</summary>
    public void Finish() => reader?.TryNext(out _, out _);

    public void Dispose() => reader?.Dispose();

    private static InvalidOperationException Changed() =>
        new("The data gave other rows when it was read a second time; append a cache checkpoint after the embedding, or save the data first.");
}

/// <summary>A cursor over the source that adds the embedding column; null embeddings where nobody asked for that column.</summary>
internal sealed class EmbeddedCursor : DataViewRowCursor
{
    private readonly DataViewRowCursor _source;
    private readonly RowEmbeddings? _embeddings;
    private readonly ValueGetter<DataViewRowId> _id;
    private readonly int _embeddingIndex;
    private DataViewRowId _rowId;

    public EmbeddedCursor(DataViewSchema schema, DataViewRowCursor source, RowEmbeddings? embeddings)
    {
        Schema = schema;
        _source = source;
        _embeddings = embeddings;
        _id = source.GetIdGetter();
        _embeddingIndex = source.Schema.Count;
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _source.Position;

    public override long Batch => _source.Batch;

    public override bool MoveNext()
    {
        if (!_source.MoveNext())
        {
            _embeddings?.Finish();
            return false;
        }
        if (_embeddings is not null)
        {
            _id(ref _rowId);
            _embeddings.MoveTo(_rowId);
        }
        return true;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        column.Index == _embeddingIndex ? _embeddings is not null : _source.IsColumnActive(_source.Schema[column.Index]);

    public override ValueGetter<DataViewRowId> GetIdGetter() => _source.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (column.Index != _embeddingIndex)
        {
            return _source.GetGetter<TValue>(_source.Schema[column.Index]);
        }
        var embeddings = _embeddings ?? throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' was not asked for when the cursor was opened.");
        ValueGetter<VBuffer<float>> getter = (ref VBuffer<float> value) =>
        {
            var editor = VBufferEditor.Create(ref value, embeddings.Current.Length);
            embeddings.Current.CopyTo(editor.Values);
            value = editor.Commit();
        };
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' holds VBuffer<float>, not {typeof(TValue).Name}.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _embeddings?.Dispose();
            _source.Dispose();
        }
        base.Dispose(disposing);
    }
}
