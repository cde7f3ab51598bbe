using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Images;

/// <summary>A column of labels.</summary>
internal static class TextColumn
{
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or it does not hold text.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name)
    {
        if (schema.GetColumnOrNull(name) is not { } column)
        {
            throw new ArgumentOutOfRangeException(nameof(name), $"The label column '{name}' does not exist.");
        }
        return column.Type is TextDataViewType
            ? column
            : throw new ArgumentOutOfRangeException(
                nameof(name), $"The label column '{name}' is of type {column.Type}; it must hold text.");
    }
}
