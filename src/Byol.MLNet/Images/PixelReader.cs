using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Images;

/// <summary>
/// One row of an image column. Once decoded: K×K planar RGB bytes, or why there are none; neither where the row was not
/// wanted.
/// </summary>
internal sealed class PixelRow(long row)
{
    /// <summary>The row's number in this pass.</summary>
    public long Row { get; } = row;

    /// <summary>The image file; null where the column holds image objects.</summary>
    public string? Path { get; init; }

    /// <summary>The image object; its pixels may only be looked at while the cursor stands on the row.</summary>
    public MLImage? Image { get; init; }

    /// <summary>The row's label, where that is read too.</summary>
    public string Label { get; init; } = "";

    public byte[]? Pixels { get; set; }

    /// <summary>The same of another K, where that is read too.</summary>
    public byte[]? OtherPixels { get; set; }

    public ByolUnreadableRow? Unreadable { get; private set; }

    /// <summary>Whether most of the picture is transparent, which the front end shows as black.</summary>
    public bool IsMostlyTransparent { get; set; }

    /// <summary>Whether the file is stored otherwise than EXIF says that it is to be seen.</summary>
    public bool IsTurned { get; set; }

    /// <summary>Whether a file is still to be decoded.</summary>
    public bool IsPending { get; set; }

    public void Fail(string reason) => Unreadable = new ByolUnreadableRow(Row, Path, reason);
}

/// <summary>
/// Reads an image column in batches through the front end, and the label beside each image in the same pass, since
/// another pass may give other rows. Files are decoded in parallel, on any thread; an image object is only used on the
/// cursor's row and never disposed.
/// </summary>
internal sealed class PixelReader : IDisposable
{
    private readonly DataViewRowCursor _cursor;
    private readonly FrontEnd _frontEnd;
    private readonly FrontEnd? _other;
    private readonly ImageDecoder _decoder;
    private readonly ValueGetter<ReadOnlyMemory<char>>? _path;
    private readonly ValueGetter<MLImage>? _image;
    private readonly ValueGetter<ReadOnlyMemory<char>>? _label;
    private long _row;
    private long _imageBytes;

    // Images that a source loads as it is read live until the collector frees them, and it does not see how large they
    // are: that much is held at most.
    private const long MaximumImageBytes = 128L << 20;
    private const int BytesOfPixel = 4;

    /// <param name="cursor">Disposed with this.</param>
    /// <param name="column">The image column.</param>
    /// <param name="frontEnd">What makes pixels of images.</param>
    /// <param name="maxImagePixels">The largest picture that is decoded.</param>
    /// <param name="label">A text column that is read beside it.</param>
    /// <param name="other">Makes pixels of each image too, which is decoded once for both.</param>
    public PixelReader(
        DataViewRowCursor cursor,
        DataViewSchema.Column column,
        FrontEnd frontEnd,
        long maxImagePixels,
        DataViewSchema.Column? label = null,
        FrontEnd? other = null)
    {
        _cursor = cursor;
        _frontEnd = frontEnd;
        _other = other;
        _decoder = new ImageDecoder(maxImagePixels, frontEnd.Side);
        _label = label is { } text ? cursor.GetGetter<ReadOnlyMemory<char>>(text) : null;
        if (ImageColumn.IsPath(column.Type))
        {
            _path = cursor.GetGetter<ReadOnlyMemory<char>>(column);
        }
        else
        {
            _image = cursor.GetGetter<MLImage>(column);
        }
    }

    /// <summary>A reader of the given columns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public static PixelReader Open(
        IDataView data,
        string imageColumn,
        FrontEnd frontEnd,
        long maxImagePixels,
        string? labelColumn = null,
        FrontEnd? other = null)
    {
        var image = ImageColumn.Find(data.Schema, imageColumn);
        var label = labelColumn is null ? (DataViewSchema.Column?)null : TextColumn.Find(data.Schema, labelColumn);
        var cursor = data.GetRowCursor(label is { } text ? [image, text] : [image]);
        return new PixelReader(cursor, image, frontEnd, maxImagePixels, label, other);
    }

    /// <summary>
    /// The next rows, at most <paramref name="count"/>; an empty list at the end. Files among them are still to be
    /// decoded.
    /// </summary>
    /// <param name="count">Rows at most.</param>
    /// <param name="isWanted">By its number, whether a row's image is to be read; all without it.</param>
    /// <param name="isKnown">Whether the image, or the file that the row names, is known already; the cursor stands on
    /// the row.</param>
    public IReadOnlyList<PixelRow> Next(
        int count, Func<long, bool>? isWanted = null, Func<PixelRow, MLImage?, bool>? isKnown = null)
    {
        var rows = new List<PixelRow>();
        if (_imageBytes >= MaximumImageBytes)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            _imageBytes = 0;
        }
        while (rows.Count < count && _imageBytes < MaximumImageBytes && _cursor.MoveNext())
        {
            rows.Add(isWanted?.Invoke(_row) == false ? new PixelRow(_row) : Read(isKnown));
            _row++;
        }
        return rows;
    }

    /// <summary>Decodes the files of rows that <see cref="Next"/> gave, which may already be reading on.</summary>
    public void Decode(IReadOnlyList<PixelRow> rows) => Parallel.ForEach(rows.Where(row => row.IsPending), row =>
    {
        using var image = _decoder.Decode(row.Path!, out var error, out var origin);
        row.IsTurned = Orientation.IsTurned(origin);
        if (image is null)
        {
            row.Fail(error!);
        }
        else
        {
            Extract(row, image);
        }
    });

    public void Dispose() => _cursor.Dispose();

    private PixelRow Read(Func<PixelRow, MLImage?, bool>? isKnown)
    {
        var label = Text(_label);
        if (_path is not null)
        {
            var file = new PixelRow(_row) { Path = Text(_path), Label = label };
            file.IsPending = isKnown?.Invoke(file, null) != true;
            return file;
        }
        // Read into an empty place: a source that loads images would dispose what it finds there.
        MLImage? image = null;
        _image!(ref image!);
        _imageBytes += image is null ? 0 : (long)BytesOfPixel * image.Width * image.Height;
        var row = new PixelRow(_row) { Image = image, Label = label };
        if (isKnown?.Invoke(row, image) == true)
        {
            return row;
        }
        if (image is null)
        {
            row.Fail("there is no image");
        }
        else
        {
            Extract(row, image);
        }
        return row;
    }

    // Whatever is wrong with one picture is that picture's failure alone.
    private void Extract(PixelRow row, MLImage image)
    {
        try
        {
            row.OtherPixels = _other?.Extract(image);
            row.Pixels = _frontEnd.Extract(image);
            row.IsMostlyTransparent = Transparency.IsMostly(image);
        }
        catch (Exception exception)
        {
            row.Fail($"the image cannot be used: {exception.Message}");
        }
    }

    private static string Text(ValueGetter<ReadOnlyMemory<char>>? getter)
    {
        ReadOnlyMemory<char> text = default;
        getter?.Invoke(ref text);
        return text.ToString();
    }
}
