namespace Byol.MLNet.Images;

/// <summary>The error where a column gives no image at all.</summary>
internal static class NoImages
{
    /// <param name="column">The image column.</param>
    /// <param name="unreadable">What could not be read, and why.</param>
    public static InvalidOperationException Of(string column, IReadOnlyList<string> unreadable) => new(
        $"Column '{column}': "
        + (unreadable.Count > 0 ? $"no image could be read; the first: {unreadable[0]}." : "there are no rows."));
}
