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
    /// <param name="schema">The data's schema.</param>
    /// <param name="name">The column's name.</param>
    /// <param name="data">The data in words, for an error; null where there is one that can be meant.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or it holds neither images nor
    /// text.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, string? data = null)
    {
        var column = schema.GetColumnOrNull(name) ?? throw Missing(name, data);
        return IsPath(column.Type) || column.Type is ImageDataViewType
            ? column
            : throw WrongType(name, $"{column.Type}", data);
    }

    public static bool IsPath(DataViewType type) => type is TextDataViewType;

    // No parameter of a public method has the column's name, which is an estimator's.
    public static ArgumentOutOfRangeException Missing(string name, string? data = null) => new(
        null,
        $"The input column '{name}' does not exist{In(data)}. "
        + "If AppendCacheCheckpoint stands before the embedding, it drops image columns: put it after.");

    public static ArgumentOutOfRangeException WrongType(string name, string type, string? data = null) => new(
        null,
        $"The input column '{name}'{In(data)} is of type {type}; "
        + "it must hold images (MLImage) or text (paths of image files).");

    /// <summary>The type as <see cref="DataViewType"/> prints it.</summary>
    public static string TypeOf(SchemaShape.Column column)
    {
        var item = column.IsKey ? $"Key<{column.ItemType}>" : $"{column.ItemType}";
        return column.Kind == SchemaShape.Column.VectorKind.Scalar ? item : $"Vector<{item}>";
    }

    private static string In(string? data) => data is null ? "" : $" in {data}";

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
