using System.Reflection;
using System.Xml.Linq;
using Byol.MLNet.Tests;

namespace Byol.Package.Tests;

internal static class Repository
{
    public static string Root => Checkout.Root;

    public static string Programs => Path.Combine(Root, "test", "Byol.Package.Tests", "Programs");

    public static string Configuration => typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "Configuration").Value!;

    /// <summary>The versions of other projects' packages that this repository is built with.</summary>
    public static IEnumerable<(string Id, string Version)> PackageVersions() =>
        XDocument.Load(Path.Combine(Root, "Directory.Packages.props"))
            .Descendants("PackageVersion")
            .Select(package => (package.Attribute("Include")!.Value, package.Attribute("Version")!.Value));
}
