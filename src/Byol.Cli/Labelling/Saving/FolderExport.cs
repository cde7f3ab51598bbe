using Byol.Cli.Labelling.Embeddings;
using Byol.Cli.Labelling.Labels;

namespace Byol.Cli.Labelling.Saving;

/// <summary>Copies labelled images to a new folder, which has a folder a class.</summary>
internal static class FolderExport
{
    /// <summary>Copies them; the folder is there whole or not at all.</summary>
    /// <param name="gallery">The images.</param>
    /// <param name="board">Their labels.</param>
    /// <param name="wanted">The folder's name, to which a number is added where it is taken.</param>
    /// <exception cref="RequestException">Nothing is labelled.</exception>
    /// <exception cref="IOException">A file cannot be copied.</exception>
    public static ExportedFolder Write(Gallery gallery, Board board, string wanted)
    {
        if (board.Labelled.Count == 0)
        {
            throw new RequestException(RequestException.TooEarly, "Nothing is labelled yet.");
        }
        var temporary = Directory.CreateDirectory($"{wanted}.{Guid.NewGuid():N}.tmp").FullName;
        try
        {
            var (classNames, copied) = (new NewNames(), 0);
            foreach (var label in board.Labelled.ToLookup(image => board.Labels[image]).OrderBy(label => label.Key))
            {
                var folder = Directory.CreateDirectory(
                    Path.Combine(temporary, classNames.Take(board.Classes[label.Key]))).FullName;
                var fileNames = new NewNames();
                foreach (var file in label.Order().Select(gallery.FileOrNull).OfType<string>())
                {
                    File.Copy(file, Path.Combine(folder, fileNames.Take(Path.GetFileName(file))));
                    copied++;
                }
            }
            var target = Enumerable.Range(1, int.MaxValue)
                .Select(number => number == 1 ? wanted : $"{wanted}-{number}")
                .First(name => !Path.Exists(name));
            Directory.Move(temporary, target);
            return new ExportedFolder(target, copied, board.Labelled.Count - copied);
        }
        catch
        {
            Directory.Delete(temporary, recursive: true);
            throw;
        }
    }
}

/// <summary>What was exported.</summary>
/// <param name="Folder">Where to.</param>
/// <param name="Copied">How many images.</param>
/// <param name="Gone">How many labelled images are no longer in the folder.</param>
internal sealed record ExportedFolder(string Folder, int Copied, int Gone);
