using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Byol.Package.Tests;

/// <summary>What a user gets who has the packages and nothing else of this repository.</summary>
[TestClass]
[DoNotParallelize]
public partial class PackageTests
{
    private static readonly EmptyFolder Folder = new();

    private static PackedFiles Packages => Folder.Packages;

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public void TheLibraryBringsNoTreesAndNoPlots()
    {
        string[] expected =
        [
            "Google.Protobuf", "Microsoft.ML", "Microsoft.ML.ImageAnalytics", "Microsoft.ML.OnnxRuntime",
            "Microsoft.ML.OnnxTransformer", "SharpZipLib", "SkiaSharp", "SkiaSharp.NativeAssets.Linux.NoDependencies",
            "SkiaSharp.NativeAssets.Win32", "SkiaSharp.NativeAssets.macOS", "System.Numerics.Tensors", "TorchSharp",
        ];
        var actual = Packages.Metadata("Byol.MLNet")
            .Descendants("dependency")
            .Select(each => each.Attribute("id")!.Value);
        CollectionAssert.AreEqual(expected, actual.Order(StringComparer.Ordinal).ToArray());
    }

    [TestMethod]
    public void EachPackageHasItsPageLicenceAndSymbols()
    {
        foreach (var id in PackedFiles.Libraries.Append(PackedFiles.Tool))
        {
            var metadata = Packages.Metadata(id);
            Assert.AreEqual("MIT", metadata.Element("license")?.Value, id);
            Assert.AreEqual("README.md", metadata.Element("readme")?.Value, id);
            using var archive = Packages.Open(id);
            Assert.IsNotNull(archive.GetEntry("README.md"), id);
        }
        foreach (var id in PackedFiles.Libraries)
        {
            using var archive = Packages.Open(id);
            Assert.IsNotNull(archive.GetEntry($"lib/net10.0/{id}.xml"), id);
            var assembly = Text(archive, $"lib/net10.0/{id}.dll");
            Assert.IsFalse(assembly.Contains(Repository.Root, StringComparison.Ordinal), "a path of this machine");
            using var symbols = Packages.Open(id, "snupkg");
            Assert.IsNotNull(symbols.GetEntry($"lib/net10.0/{id}.pdb"), id);
        }
    }

    [TestMethod]
    public void CodeOnAPackagesPageIsOfAProgramThatIsBuiltHere()
    {
        var programs = Directory.GetFiles(Repository.Programs, "*.cs", SearchOption.AllDirectories)
            .Select(Lines)
            .ToList();
        foreach (var id in PackedFiles.Libraries)
        {
            var page = File.ReadAllText(Path.Combine(Repository.Root, "src", id, "README.md"));
            var blocks = Code().Matches(page).Select(match => match.Groups[1].Value).ToList();
            Assert.IsNotEmpty(blocks, id);
            Assert.IsEmpty(
                blocks.Where(block => !programs.Any(program => program.Contains(block, StringComparison.Ordinal))), id);
            Assert.DoesNotContain(
                "](", page.Replace("](https://", "", StringComparison.Ordinal), $"{id}: a relative link");
        }
    }

    [TestMethod]
    public void AnEmptyProjectFitsAndOneOfStockPackagesPredictsTheSame()
    {
        Folder.Build();
        var restored = Restored("Fit");
        Assert.Contains($"Byol.MLNet/{Packages.Version}", restored);
        Assert.IsEmpty(restored.Where(package => Unwanted().IsMatch(package)));
        Assert.IsEmpty(Restored("Serve").Where(package => Training().IsMatch(package)));
        var served = Directory.GetFiles(Folder.Output("Serve")).Select(file => Path.GetFileName(file));
        Assert.IsEmpty(served.Where(file => Training().IsMatch(file)));

        var expected = Folder.Run("Fit");
        var actual = Folder.Run("Serve");
        Assert.HasCount(64, expected);
        Assert.HasCount(64, actual);
        foreach (var (first, second) in expected.Zip(actual))
        {
            AssertEqual(first.Split(' '), second.Split(' '));
        }

        Assert.HasCount(12, Folder.Run("Report"));
        Assert.Contains("</html>", File.ReadAllText(Folder.At("report.html")));
    }

    [TestMethod]
    public void TheToolIsInstalledAndRuns()
    {
        if (!File.Exists(Path.Combine(Packages.Folder, $"Byol.Cli.{PackedFiles.Platform}.{Packages.Version}.nupkg")))
        {
            Assert.Inconclusive($"The tool is not packed for {PackedFiles.Platform}.");
        }
        string[] arguments =
        [
            "tool", "install", PackedFiles.Tool, "--version", Packages.Version, "--tool-path", Folder.At("tool"),
        ];
        Command.Succeed(Folder.Path, "dotnet", arguments);
        var help = Command.Succeed(Folder.Path, Folder.At("tool", "byol"), "--help");
        Assert.Contains(line => line.StartsWith("pretrain ", StringComparison.Ordinal), help);
    }

    private static void AssertEqual(string[] first, string[] second)
    {
        Assert.AreEqual(first[0], second[0], "the predicted label");
        Assert.HasCount(97, first);
        foreach (var (a, b) in first.Zip(second).Skip(1))
        {
            var difference = float.Parse(a, CultureInfo.InvariantCulture) - float
                .Parse(b, CultureInfo.InvariantCulture);
            Assert.IsLessThan(1e-5f, Math.Abs(difference));
        }
    }

    private static string[] Restored(string program)
    {
        using var assets = JsonDocument.Parse(File.ReadAllText(Folder.At(program, "obj", "project.assets.json")));
        return [.. assets.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name)];
    }

    private static string Text(ZipArchive archive, string entry)
    {
        using var reader = new StreamReader(archive.GetEntry(entry)!.Open(), Encoding.Latin1);
        return reader.ReadToEnd();
    }

    private static string Lines(string file) => File.ReadAllText(file).ReplaceLineEndings("\n");

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex("^(LightGBM|Microsoft.ML.LightGbm|Microsoft.ML.FastTree|Plotly|FSharp)", RegexOptions.IgnoreCase)]
    private static partial Regex Unwanted();

    [GeneratedRegex("^(Byol|TorchSharp|(lib)?torch)", RegexOptions.IgnoreCase)]
    private static partial Regex Training();
}
