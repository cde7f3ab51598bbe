using System.Globalization;

namespace Byol.MLNet.Foundation;

/// <summary>A number with its noun.</summary>
internal static class Counted
{
    /// <param name="count">The number.</param>
    /// <param name="noun">What there is one of; an s makes more of it.</param>
    public static string Text(long count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}
