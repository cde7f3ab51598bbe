using Microsoft.ML;

namespace Byol.MLNet.Embedding;

/// <summary>A data view with an embedding column added, computed in batches when a cursor asks for it and remembered.</summary>
internal sealed class EmbeddedDataView : IDataView
{
    private readonly IDataView _source;
    private readonly string _inputColumn;
    private readonly EmbeddingMemory.ViewMemory _memory;
    private readonly Lazy<BatchEmbedder> _embedder;
    private readonly ByolUnreadableImage _onUnreadable;

    public EmbeddedDataView(
        IDataView source,
        DataViewSchema schema,
        string inputColumn,
        EmbeddingMemory.ViewMemory memory,
        Lazy<BatchEmbedder> embedder,
        ByolUnreadableImage onUnreadable)
    {
        _source = source;
        _inputColumn = inputColumn;
        _memory = memory;
        _embedder = embedder;
        _onUnreadable = onUnreadable;
        Schema = schema;
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => _source.CanShuffle;

    /// <summary>The source's columns, then the embedding.</summary>
    public static DataViewSchema AddEmbedding(DataViewSchema source, DataViewSchema.Column embedding)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(source);
        builder.AddColumn(embedding.Name, embedding.Type, embedding.Annotations);
        return builder.ToSchema();
    }

    public long? GetRowCount() => _source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = columnsNeeded.Select(column => column.Index).ToHashSet();
        var passed = _source.Schema.Where(column => needed.Contains(column.Index)).ToArray();
        if (!needed.Contains(_source.Schema.Count))
        {
            return new EmbeddedCursor(Schema, _source.GetRowCursor(passed, rand), embeddings: null);
        }
        // Two cursors over the same rows in the same order: equally seeded, whatever the caller's generator does next.
        var seed = rand?.Next();
        Random? Generator() => seed is { } value ? new Random(value) : null;
        var reader = _memory.IsComplete
            ? null
            : new EmbeddingReader(_source, _inputColumn, _memory, _embedder.Value, _onUnreadable, Generator());
        return new EmbeddedCursor(Schema, _source.GetRowCursor(passed, Generator()), new RowEmbeddings(_memory, reader));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
