using System.Xml.Linq;

namespace Byol.Package.Tests;

/// <summary>
/// A folder outside this tree with projects that know the packages alone. What they restore of these packages goes to a
/// cache of their own, so that no package of an earlier day is taken for this one.
/// </summary>
internal sealed class EmptyFolder : IDisposable
{
    private readonly Lazy<PackedFiles> _packages;

    public EmptyFolder() => _packages = new(() =>
    {
        var packages = PackedFiles.FindOrPack(Path);
        WriteSettings(packages);
        return packages;
    });

    public string Path { get; } = Directory.CreateTempSubdirectory("byol-packages-").FullName;

    public PackedFiles Packages => _packages.Value;

    /// <summary>Copies the programs here, and builds them against the packages.</summary>
    public void Build()
    {
        _ = Packages;
        foreach (var source in Directory.GetFiles(Repository.Programs, "*", SearchOption.AllDirectories))
        {
            var target = At(System.IO.Path.GetRelativePath(Repository.Programs, source));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(source, target);
        }
        // Links, since libtorch is large.
        Command.Succeed(
            Path, "dotnet", "build", "Programs.slnx", "-c", "Release", "--nologo", "-v", "quiet",
            "-p:CreateHardLinksForCopyFilesToOutputDirectoryIfPossible=true");
    }

    /// <summary>The folder of a built program.</summary>
    public string Output(string program) => At(program, "bin", "Release", "net10.0");

    /// <summary>Runs a built program here.</summary>
    public string[] Run(string program) =>
        Command.Succeed(Path, "dotnet", System.IO.Path.Combine(Output(program), program + ".dll"));

    public string At(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private void WriteSettings(PackedFiles packages)
    {
        var settings = new XElement("configuration",
            new XElement("packageSources", Add("byol", packages.Folder)),
            new XElement("config", Add("globalPackagesFolder", At("cache"))),
            new XElement("fallbackPackageFolders", Fallback() is { } folder ? Add("user", folder) : null));
        settings.Save(At("nuget.config"));
        new XElement("Project",
            new XElement("PropertyGroup", new XElement("ManagePackageVersionsCentrally", true)),
            new XElement("ItemGroup", Repository.PackageVersions()
                .Concat(PackedFiles.Libraries.Select(id => (Id: id, packages.Version)))
                .Select(package => new XElement("PackageVersion",
                    new XAttribute("Include", package.Id),
                    new XAttribute("Version", package.Version))))).Save(At("Directory.Packages.props"));
    }

    private static XElement Add(string key, string value) =>
        new("add", new XAttribute("key", key), new XAttribute("value", value));

    /// <summary>
    /// The user's cache, which spares loading all other packages again, unless it has packages of this library.
    /// </summary>
    private static string? Fallback()
    {
        var folder = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? System.IO.Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return Directory.Exists(folder) && Directory.GetDirectories(folder, "byol.*").Length == 0 ? folder : null;
    }
}
