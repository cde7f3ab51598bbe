using System.Reflection;
using Byol.MLNet.Tests;

namespace Byol.Architecture.Tests;

/// <summary>The files of this repository, as they lie on the disk.</summary>
internal static class Repository
{
    public static string Root => Checkout.Root;

    /// <summary>The folder of the library's sources.</summary>
    public static string Core => Path.Combine(Root, "src", "Byol.MLNet");

    /// <summary>The library as this build made it.</summary>
    public static string CoreAssembly => Path.Combine(Core, "bin", Configuration, "net10.0", "Byol.MLNet.dll");

    private static string Configuration => typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "Configuration").Value!;

    /// <summary>
    /// The files under a folder without what a build or git wrote, relative to the folder, with slashes.
    /// </summary>
    public static IReadOnlyList<string> Files(string folder) =>
        [.. Walk(new DirectoryInfo(folder)).Select(file => Relative(folder, file)).Order(StringComparer.Ordinal)];

    private static string Relative(string folder, FileInfo file) =>
        Path.GetRelativePath(folder, file.FullName).Replace('\\', '/');

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder) => folder.EnumerateFiles().Concat(folder
        .EnumerateDirectories()
        .Where(inner => inner.Name is not ("bin" or "obj" or ".git" or ".vs" or "TestResults"))
        .SelectMany(Walk));
}
