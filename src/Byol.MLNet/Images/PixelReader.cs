using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Images;

/// <summary>One row of an image column. Once decoded: K×K planar RGB bytes, or why there are none; neither where the row was not wanted.</summary>
internal sealed class PixelRow(long row, DataViewRowId id)
{
    public long Row { get; } = row;

    public DataViewRowId Id { get; } = id;

    /// <summary>The file that is still to be decoded.</summary>
    public string? Path { get; init; }

    public byte[]? Pixels { get; set; }

    public string? Error { get; set; }
}

/// <summary>
/// Reads an image column in batches through the front end. Files are decoded in parallel, on any thread; an image object is only used
/// on the cursor's row, never kept past it and never disposed.
/// </summary>
internal sealed class PixelReader : IDisposable
{
    private readonly DataViewRowCursor _cursor;
    private readonly FrontEnd _frontEnd;
    private readonly ValueGetter<DataViewRowId> _id;
    private readonly ValueGetter<ReadOnlyMemory<char>>? _path;
    private readonly ValueGetter<MLImage>? _image;
    private MLImage? _current;
    private long _row;

    public PixelReader(IDataView data, string columnName, FrontEnd frontEnd, Random? random = null)
    {
        var column = ImageColumn.Find(data.Schema, columnName);
        _cursor = data.GetRowCursor([column], random);
        _frontEnd = frontEnd;
        _id = _cursor.GetIdGetter();
        if (ImageColumn.IsPath(column.Type))
        {
            _path = _cursor.GetGetter<ReadOnlyMemory<char>>(column);
        }
        else
        {
            _image = _cursor.GetGetter<MLImage>(column);
        }
    }

    /// <summary>The next rows, at most <paramref name="count"/>; an empty list at the end. Files among them are still to be decoded.</summary>
    public IReadOnlyList<PixelRow> Next(int count, Func<long, DataViewRowId, bool> isWanted)
    {
        var rows = new List<PixelRow>();
        while (rows.Count < count && _cursor.MoveNext())
        {
            DataViewRowId id = default;
            _id(ref id);
            var row = _row++;
            rows.Add(isWanted(row, id) ? Read(row, id) : new PixelRow(row, id));
        }
        return rows;
    }

    /// <summary>Decodes the files of rows that <see cref="Next"/> gave, which may already be reading on.</summary>
    public void Decode(IReadOnlyList<PixelRow> rows) => Parallel.ForEach(rows.Where(row => row.Path is not null), row =>
    {
        using var image = ImageDecoder.Decode(row.Path!, out var error);
        if (image is null)
        {
            row.Error = $"'{row.Path}' (row {row.Row}): {error}";
        }
        else
        {
            row.Pixels = _frontEnd.Extract(image);
        }
    });

    public void Dispose() => _cursor.Dispose();

    private PixelRow Read(long row, DataViewRowId id)
    {
        if (_path is not null)
        {
            ReadOnlyMemory<char> path = default;
            _path(ref path);
            return new PixelRow(row, id) { Path = path.ToString() };
        }
        _image!(ref _current!);
        return _current is null
            ? new PixelRow(row, id) { Error = $"row {row} has no image" }
            : new PixelRow(row, id) { Pixels = _frontEnd.Extract(_current) };
    }
}
