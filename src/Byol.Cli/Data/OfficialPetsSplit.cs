namespace Byol.Cli.Data;

/// <summary>
/// The official split of Oxford-IIIT Pets: the lists <c>trainval.txt</c> and <c>test.txt</c> beside the images, one
/// name a line before its numbers.
/// </summary>
internal sealed record OfficialPetsSplit(IReadOnlyList<LabelledImage> Train, IReadOnlyList<LabelledImage> Test)
{
    /// <summary>The split of the given images; null where the folder has no lists.</summary>
    /// <exception cref="InvalidDataException">A list names an image that is not there.</exception>
    public static OfficialPetsSplit? Find(DirectoryInfo folder, IReadOnlyList<LabelledImage> images)
    {
        var (train, test) = (Path.Combine(folder.FullName, "trainval.txt"), Path.Combine(folder.FullName, "test.txt"));
        if (!File.Exists(train) || !File.Exists(test))
        {
            return null;
        }
        var byName = images.ToDictionary(image => Path.GetFileNameWithoutExtension(image.Image));
        return new OfficialPetsSplit(Read(train, byName), Read(test, byName));
    }

    private static LabelledImage[] Read(string list, Dictionary<string, LabelledImage> byName) =>
    [
        .. File.ReadLines(list)
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' ')[0])
            .Select(name => byName.TryGetValue(name, out var image)
                ? image
                : throw new InvalidDataException($"'{list}' names '{name}', of which there is no image.")),
    ];
}
