using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Images;

/// <summary>One row of an image column: K×K planar RGB bytes, or why there are none; neither where the row was not wanted.</summary>
internal sealed record PixelRow(long Row, DataViewRowId Id, byte[]? Pixels, string? Error)
{
    public bool IsWanted => Pixels is not null || Error is not null;
}

/// <summary>
/// Reads an image column in batches through the front end. Files are decoded in parallel; an image object is only used on the
/// cursor's row, never kept past it and never disposed.
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

    /// <summary>The next rows, at most <paramref name="count"/>; an empty list at the end. Only wanted rows are decoded.</summary>
    public IReadOnlyList<PixelRow> Next(int count, Func<long, DataViewRowId, bool> isWanted)
    {
        var rows = new List<PixelRow>(count);
        var paths = new List<(int Index, string Path)>();
        while (rows.Count < count && _cursor.MoveNext())
        {
            DataViewRowId id = default;
            _id(ref id);
            var row = new PixelRow(_row++, id, null, null);
            if (isWanted(row.Row, id))
            {
                if (_path is null)
                {
                    row = ReadImage(row);
                }
                else
                {
                    ReadOnlyMemory<char> path = default;
                    _path(ref path);
                    paths.Add((rows.Count, path.ToString()));
                }
            }
            rows.Add(row);
        }
        Parallel.ForEach(paths, entry => rows[entry.Index] = ReadFile(rows[entry.Index], entry.Path));
        return rows;
    }

    public void Dispose() => _cursor.Dispose();

    private PixelRow ReadImage(PixelRow row)
    {
        _image!(ref _current!);
        return _current is null
            ? row with { Error = $"row {row.Row} has no image" }
            : row with { Pixels = _frontEnd.Extract(_current) };
    }

    private PixelRow ReadFile(PixelRow row, string path)
    {
        using var image = ImageDecoder.Decode(path, out var error);
        return image is null
            ? row with { Error = $"'{path}' (row {row.Row}): {error}" }
            : row with { Pixels = _frontEnd.Extract(image) };
    }
}
