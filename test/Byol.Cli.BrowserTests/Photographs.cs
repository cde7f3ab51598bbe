using System.Formats.Tar;
using System.IO.Compression;
using Byol.Cli.Data;
using Byol.MLNet.Tests;

namespace Byol.Cli.BrowserTests;

/// <summary>
/// Images in a folder for each class: real ones where they lie beside the repository (../shared/data), and drawn ones
/// elsewhere.
/// </summary>
internal static class Photographs
{
    private const string Archive = "cifar10.tar.gz";
    private const int PerClass = 100;

    public const int Classes = 4;

    public const int Count = Classes * PerClass;

    /// <summary>The class of an image by its folder.</summary>
    public static string ClassOf(string path) => path.Split('/')[0];

    public static void Write(string folder)
    {
        if (Checkout.SharedData(Archive) is { } archive)
        {
            Extract(archive, folder);
        }
        else
        {
            Draw(folder);
        }
    }

    public static void Draw(string folder, int count = Count)
    {
        var all = ShapePictures.Draw(count * ShapePictures.ClassCount / Classes, seed: 7).Index();
        foreach (var shape in all.GroupBy(picture => picture.Item.Label).Take(Classes))
        {
            var inner = Directory.CreateDirectory(Path.Combine(folder, shape.Key)).FullName;
            foreach (var (i, picture) in shape)
            {
                picture.Image.Save(Path.Combine(inner, $"{i:D4}.png"));
            }
        }
    }

    // The archive holds class after class, so that the first ones are read without the rest.
    private static void Extract(string archive, string folder)
    {
        var left = new Dictionary<string, int>();
        using var stream = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
        using var reader = new TarReader(stream);
        while (reader.GetNextEntry() is { } entry && (left.Count < Classes || left.Values.Any(count => count > 0)))
        {
            if (!entry.Name.EndsWith(".png", StringComparison.Ordinal))
            {
                continue;
            }
            var name = entry.Name.Split('/')[^2];
            if (!left.TryGetValue(name, out var count))
            {
                Directory.CreateDirectory(Path.Combine(folder, name));
                count = PerClass;
            }
            if (count > 0)
            {
                entry.ExtractToFile(Path.Combine(folder, name, Path.GetFileName(entry.Name)), overwrite: false);
            }
            left[name] = Math.Max(0, count - 1);
        }
    }
}
