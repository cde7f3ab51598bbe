namespace Byol.Cli.Labelling.Labels;

/// <summary>The labels of the images at one moment.</summary>
/// <param name="Classes">The classes' names; a class keeps its number.</param>
/// <param name="Labels">The number of each image's class, or −1.</param>
/// <param name="Labelled">The labelled images, the newest last.</param>
/// <param name="Elsewhere">How many labels are of images that are not among these.</param>
internal sealed record Board(
    IReadOnlyList<string> Classes, IReadOnlyList<int> Labels, IReadOnlyList<int> Labelled, int Elsewhere)
{
    public const int None = -1;

    public static Board Of(LabelBook book, IReadOnlyDictionary<string, int> images)
    {
        var classes = book.Classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        var labels = new int[images.Count];
        Array.Fill(labels, None);
        var labelled = new List<int>();
        foreach (var (path, label) in book.Labels)
        {
            if (images.TryGetValue(path, out var image))
            {
                labels[image] = classes[label];
                labelled.Add(image);
            }
        }
        return new Board([.. book.Classes], labels, labelled, book.Labels.Count - labelled.Count);
    }

    /// <summary>The classes with how many images have each.</summary>
    public IReadOnlyList<ClassCount> Count()
    {
        var counts = new int[Classes.Count];
        foreach (var image in Labelled)
        {
            counts[Labels[image]]++;
        }
        return [.. Classes.Zip(counts, (name, count) => new ClassCount(name, count))];
    }

    public bool IsLabelled(int image) => Labels[image] != None;
}
