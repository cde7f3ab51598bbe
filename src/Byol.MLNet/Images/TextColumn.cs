using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Images;

/// <summary>A column of labels.</summary>
internal static class TextColumn
{
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or it does not hold text.</exception>
    /// <param name="schema">The data's schema.</param>
    /// <param name="name">The column's name.</param>
    /// <param name="data">The data in words, for an error; null where there is one that can be meant.</param>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, string? data = null)
    {
        var place = data is null ? "" : $" in {data}";
        if (schema.GetColumnOrNull(name) is not { } column)
        {
            throw new ArgumentOutOfRangeException(null, $"The label column '{name}' does not exist{place}.");
        }
        return column.Type is TextDataViewType
            ? column
            : throw new ArgumentOutOfRangeException(
                null, $"The label column '{name}'{place} is of type {column.Type}; it must hold text.");
    }
}
