using Byol.Cli.Data;

namespace Byol.Cli.Labelling.Embeddings;

/// <summary>The images of a folder that can be read, in the order of their numbers, with their embeddings.</summary>
/// <param name="Root">The folder, without links.</param>
/// <param name="Paths">Paths below the folder, with slashes, in ordinal order.</param>
/// <param name="Vectors">Their embeddings' directions.</param>
/// <param name="Unreadable">What was left out, and why.</param>
internal sealed record Gallery(
    string Root, IReadOnlyList<string> Paths, UnitVectors Vectors, IReadOnlyList<SkippedFile> Unreadable)
{
    /// <summary>An image's file.</summary>
    /// <exception cref="FileNotFoundException">It is gone, or has become a link that leads out of the folder.</exception>
    public string FileOf(int image)
    {
        var file = Path.Combine(Root, Paths[image].Replace('/', Path.DirectorySeparatorChar));
        return File.Exists(file) && RealPath.Holds(Root, RealPath.Of(file))
            ? file
            : throw new FileNotFoundException($"'{Paths[image]}' is no longer in the folder.");
    }
}
