namespace Byol.MLNet.Foundation;

/// <summary>The library's own version, stored with what it writes.</summary>
internal static class LibraryVersion
{
    public static string Current { get; } = typeof(LibraryVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
