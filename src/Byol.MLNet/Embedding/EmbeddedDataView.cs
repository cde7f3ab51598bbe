using Byol.MLNet.Images;
using Microsoft.ML;
using Microsoft.ML.Transforms.Image;

namespace Byol.MLNet.Embedding;

/// <summary>
/// A data view with an embedding column added, computed in batches when a cursor asks for it and remembered.
/// </summary>
internal sealed class EmbeddedDataView(
    IDataView source,
    DataViewSchema schema,
    string inputColumn,
    SharedEncoder encoder,
    EmbeddingSettings settings,
    EmbeddingCounter counter) : IDataView
{
    public IDataView Source { get; } = source;

    public DataViewSchema Schema { get; } = schema;

    public bool CanShuffle => Source.CanShuffle;

    public long? GetRowCount() => Source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = columnsNeeded.Select(column => column.Index).ToHashSet();
        var passed = Source.Schema.Where(column => needed.Contains(column.Index)).ToArray();
        if (!needed.Contains(Source.Schema.Count))
        {
            return new PassedCursor(Schema, Source.GetRowCursor(passed, rand));
        }
        // An image object belongs to the row that its cursor stands on, so that where one is passed on, rows go one by
        // one.
        var isLive = passed.Any(column => column.Type is ImageDataViewType);
        var image = ImageColumn.Find(Source.Schema, inputColumn);
        var embedder = encoder.Embedder.Acquire();
        DataViewRowCursor? cursor = null;
        try
        {
            cursor = Source.GetRowCursor(passed.Where(column => column.Index != image.Index).Append(image), rand);
            ColumnBuffer[] buffers = isLive ? [] : [.. passed.Select(column => ColumnBuffer.Create(cursor, column))];
            var pixels = new PixelReader(cursor, image, embedder.Value.FrontEnd, settings.MaxImagePixels);
            var reader = new EmbeddingReader(
                cursor, pixels, buffers, embedder, encoder.Memory(settings), counter, isLive);
            return new EmbeddedCursor(Schema, cursor, passed, buffers, reader, isLive, Report);
        }
        catch
        {
            cursor?.Dispose();
            embedder.Dispose();
            throw;
        }
    }

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private void Report(ByolUnreadableRow row)
    {
        settings.UnreadableImages?.Report(row);
        if (settings.OnUnreadableImage != ByolUnreadableImage.NaN)
        {
            throw new InvalidOperationException(
                $"Column '{inputColumn}': {row}. Set {nameof(ByolOptions.OnUnreadableImage)} "
                + $"to {nameof(ByolUnreadableImage.NaN)} to get NaN instead.");
        }
    }
}
