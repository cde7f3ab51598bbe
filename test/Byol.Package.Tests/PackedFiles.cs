using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Xml.Linq;

namespace Byol.Package.Tests;

/// <summary>
/// The packages, in the folder that the environment variable BYOL_PACKAGES names, else packed here from what the build
/// made.
/// </summary>
internal sealed class PackedFiles(string folder)
{
    public static readonly string[] Libraries = ["Byol.MLNet", "Byol.MLNet.Evaluation", "Byol.MLNet.Reporting"];

    public const string Tool = "Byol.Cli";

    public string Folder => folder;

    public string Version => Path.GetFileName(Directory.GetFiles(folder, "Byol.MLNet.Reporting.*.nupkg").Single())
        ["Byol.MLNet.Reporting.".Length..^".nupkg".Length];

    public static string Platform => RuntimeInformation.RuntimeIdentifier;

    public static PackedFiles FindOrPack(string temporary)
    {
        if (Environment.GetEnvironmentVariable("BYOL_PACKAGES") is { Length: > 0 } given)
        {
            return new(Path.GetFullPath(given, Repository.Root));
        }
        var packages = Path.Combine(temporary, "packages");
        foreach (var project in Libraries.Append(Tool))
        {
            Pack(project, packages, "--no-build");
        }
        Pack(Tool, packages, "--runtime", Platform);
        return new(packages);
    }

    public ZipArchive Open(string id, string extension = "nupkg") =>
        ZipFile.OpenRead(Path.Combine(folder, $"{id}.{Version}.{extension}"));

    /// <summary>The package's metadata, without their XML namespace.</summary>
    public XElement Metadata(string id)
    {
        using var archive = Open(id);
        using var stream = archive.GetEntry(id + ".nuspec")!.Open();
        var document = XDocument.Load(stream);
        foreach (var element in document.Descendants())
        {
            element.Name = element.Name.LocalName;
        }
        return document.Root!.Element("metadata")!;
    }

    private static void Pack(string project, string packages, params string[] arguments) => Command.Succeed(
        Repository.Root,
        "dotnet",
        [
            "pack", $"src/{project}", "-c", Repository.Configuration, "-o", packages, "--nologo", "-v", "quiet",
            .. arguments,
        ]);
}
