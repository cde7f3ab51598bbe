using Byol.Cli.Data;

namespace Byol.Cli.Labelling.Embeddings;

/// <summary>The images of a folder, none of them outside it, whatever links lead there.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Paths">Their paths below it, with slashes, in ordinal order.</param>
internal sealed record FolderImages(string Folder, IReadOnlyList<string> Paths)
{
    private readonly string _real = RealPath.Of(Folder);

    /// <summary>The images that lie in the folder, and those that a link leads out of it to.</summary>
    public static (FolderImages Images, IReadOnlyList<SkippedFile> Outside) Of(
        string folder, IEnumerable<LabelledImage> images)
    {
        var listed = new FolderImages(folder, []);
        var isInside = images.Select(image => Path.GetRelativePath(folder, image.Image)
                .Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal)
            .ToLookup(path => listed.Holds(listed.FileOf(path)));
        return (
            listed with { Paths = [.. isInside[true]] },
            [
                .. isInside[false].Select(path => new SkippedFile(
                    listed.FileOf(path), SkippedKind.Unreadable, "a link out of the folder")),
            ]);
    }

    public string FileOf(string path) => Path.Combine(Folder, path.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>Whether a file is in the folder once all links are followed.</summary>
    public bool Holds(string file) => RealPath.Holds(_real, RealPath.Of(file));
}
