namespace Byol.MLNet;

/// <summary>A row whose image could not be read.</summary>
/// <param name="Row">The row's number in the pass over the data, from 0.</param>
/// <param name="Path">The image file; null where the column holds image objects.</param>
/// <param name="Reason">Why, as a clause: "the file is empty".</param>
public sealed record ByolUnreadableRow(long Row, string? Path, string Reason)
{
    /// <summary>File, row and reason.</summary>
    public override string ToString() => Path is null ? $"row {Row}: {Reason}" : $"'{Path}' (row {Row}): {Reason}";
}
