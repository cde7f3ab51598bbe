using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Byol.MLNet;
using Byol.MLNet.Foundation;

namespace Byol.Cli.Bulk;

/// <summary>What decides the parts of a folder of embeddings: parts of another job do not go with them.</summary>
/// <param name="Model">SHA-256 of the encoder's file.</param>
/// <param name="Images">Number of images.</param>
/// <param name="Listing">SHA-256 of their paths and lengths, in order.</param>
/// <param name="PartSize">Images of a part.</param>
internal sealed record PartsManifest(string Model, int Images, string Listing, int PartSize)
{
    private const string Name = "_manifest.json";

    public int Parts => (Images + PartSize - 1) / PartSize;

    /// <param name="weights">The encoder.</param>
    /// <param name="images">Each image's name and file.</param>
    /// <param name="partSize">Images of a part.</param>
    public static PartsManifest Of(
        ByolWeights weights, IReadOnlyList<(string Name, FileInfo File)> images, int partSize)
    {
        weights.RequireFile();
        using var model = File.OpenRead(weights.Path);
        return new PartsManifest(
            Convert.ToHexStringLower(SHA256.HashData(model)),
            images.Count,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
                string.Join('\n', images.Select(image => $"{image.Name} {LengthOf(image.File)}"))))),
            partSize);
    }

    /// <summary>Makes the folder this job's, unless it is that already.</summary>
    /// <exception cref="InvalidDataException">It is another job's, or holds something else.</exception>
    public void Claim(DirectoryInfo folder)
    {
        folder.Create();
        var file = Path.Combine(folder.FullName, Name);
        if (!File.Exists(file))
        {
            if (folder.EnumerateFileSystemInfos().Any(entry => !entry.Name.StartsWith('.')) && !File.Exists(file))
            {
                throw new InvalidDataException($"'{folder}' holds other files; name a new folder, or an empty one.");
            }
            AtomicFile.Write(file, stream => JsonSerializer.Serialize(stream, this, JsonFormat.Indented));
        }
        var claimed = Read(file);
        if (claimed != this)
        {
            var other = claimed.Model != Model ? "another model"
                : claimed.PartSize != PartSize ? $"parts of {claimed.PartSize} images"
                : "other images";
            throw new InvalidDataException($"'{folder}' was begun with {other}; name a new folder.");
        }
    }

    private static PartsManifest Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<PartsManifest>(File.ReadAllBytes(file), JsonFormat.Line) is
            { Model: not null, Listing: not null, PartSize: > 0 } whole
                ? whole
                : throw new JsonException("It does not describe a job.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"'{file}' is damaged; name a new folder.", exception);
        }
    }

    // What cannot be read is left out later, with its reason.
    private static long LengthOf(FileInfo file) => file.Exists ? file.Length : 0;
}
