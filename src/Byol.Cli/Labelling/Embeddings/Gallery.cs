namespace Byol.Cli.Labelling.Embeddings;

/// <summary>The images of a folder that can be read, in the order of their numbers, with their embeddings.</summary>
internal sealed record Gallery(FolderImages Images, UnitVectors Vectors)
{
    public IReadOnlyList<string> Paths => Images.Paths;

    /// <summary>An image's file.</summary>
    /// <exception cref="RequestException">There is none, or it has become a link out of the folder.</exception>
    public string FileOf(int image)
    {
        if (image < 0 || image >= Paths.Count)
        {
            throw new RequestException(RequestException.NotFound, "There is no image of this number.");
        }
        return FileOrNull(image)
            ?? throw new RequestException(RequestException.NotFound, $"'{Paths[image]}' is no longer in the folder.");
    }

    /// <summary>An image's file; null where it is gone, or has become a link out of the folder.</summary>
    public string? FileOrNull(int image)
    {
        // The file may be another one than when the folder was read.
        var file = Images.FileOf(Paths[image]);
        return File.Exists(file) && Images.Holds(file) ? file : null;
    }
}
