using Byol.MLNet.Foundation;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Byol.MLNet.Images;

/// <summary>Where images come from: a column of images, or of paths of image files.</summary>
internal static class ImageColumn
{
    private const int ProbedImages = 256;

    /// <summary>The column of the given name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or it holds neither images nor
    /// text.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name)
    {
        var column = schema.GetColumnOrNull(name) ?? throw Missing(name);
        return IsPath(column.Type) || column.Type is ImageDataViewType ? column : throw WrongType(name, column.Type);
    }

    public static bool IsPath(DataViewType type) => type is TextDataViewType;

    public static ArgumentOutOfRangeException Missing(string name) => new(
        nameof(name),
        $"The input column '{name}' does not exist. "
        + "If AppendCacheCheckpoint stands before the embedding, it drops image columns: put it after.");

    public static ArgumentOutOfRangeException WrongType(string name, DataViewType type) =>
        new(
            nameof(name),
            $"The input column '{name}' is of type {type}; "
            + "it must hold images (MLImage) or text (paths of image files).");

    /// <summary>
    /// The median shorter side, in pixels, of the first images of a column, which are read once it is asked for; null
    /// where none can be read.
    /// </summary>
    public static Lazy<int?> MedianShortSide(IDataView data, string name) => new(() => ReadMedianShortSide(data, name));

    private static int? ReadMedianShortSide(IDataView data, string name)
    {
        var column = Find(data.Schema, name);
        using var cursor = data.GetRowCursor([column]);
        var shortSide = ShortSideGetter(cursor, column);
        var sides = new List<int>();
        for (var row = 0; row < ProbedImages && cursor.MoveNext(); row++)
        {
            if (shortSide() is { } side)
            {
                sides.Add(side);
            }
        }
        return sides.Count == 0 ? null : Statistics.Median(sides);
    }

    private static Func<int?> ShortSideGetter(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        if (IsPath(column.Type))
        {
            var path = cursor.GetGetter<ReadOnlyMemory<char>>(column);
            return () =>
            {
                ReadOnlyMemory<char> value = default;
                path(ref value);
                return ImageDecoder.ShortSide(value.ToString());
            };
        }
        var image = cursor.GetGetter<MLImage>(column);
        return () =>
        {
            // Into an empty place: a source that makes images would dispose what it finds there, which may be the
            // caller's own.
            MLImage? current = null;
            image(ref current!);
            return current is null ? null : Math.Min(current.Width, current.Height);
        };
    }
}
