using System.Formats.Tar;

namespace Byol.Cli.Tests;

/// <summary>Real images that lie beside the repository on some machines.</summary>
internal static class RealImages
{
    /// <summary>The images of the archive's first breeds, in a new folder.</summary>
    public static string Extract(string archive, string folder, int breeds)
    {
        Directory.CreateDirectory(folder);
        var seen = new HashSet<string>();
        using var stream = File.OpenRead(archive);
        using var reader = new TarReader(stream);
        while (reader.GetNextEntry() is { } entry)
        {
            var name = Path.GetFileName(entry.Name);
            if (name.EndsWith(".jpg", StringComparison.Ordinal) && (seen.Contains(Breed(name)) || seen.Count < breeds))
            {
                seen.Add(Breed(name));
                entry.ExtractToFile(Path.Combine(folder, name), overwrite: false);
            }
        }
        return folder;

        static string Breed(string name) => name[..name.LastIndexOf('_')];
    }
}
