namespace Byol.MLNet.Tests;

/// <summary>The checkout that the tests were built in, and the real images that lie beside it on some
/// machines.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    /// <summary>A file of ../shared/data; null where there is none.</summary>
    public static string? SharedData(string file)
    {
        var path = Path.Combine(Root, "..", "shared", "data", file);
        return File.Exists(path) ? path : null;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Byol.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No folder above the tests has Byol.sln.");
        }
        return folder.FullName;
    }
}
