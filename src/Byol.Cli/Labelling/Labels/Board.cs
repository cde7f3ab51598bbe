using System.Diagnostics;

namespace Byol.Cli.Labelling.Labels;

/// <summary>The labels of the images at one moment.</summary>
/// <param name="classes">The classes' names; a class keeps its number.</param>
/// <param name="labels">The number of each image's class, or −1.</param>
/// <param name="labelled">The labelled images, the newest last.</param>
/// <param name="elsewhere">How many labels are of images that are not among these.</param>
internal sealed class Board(
    IReadOnlyList<string> classes, IReadOnlyList<int> labels, IReadOnlyList<int> labelled, int elsewhere)
{
    public const int None = -1;

    /// <summary>Before the images are known.</summary>
    public static Board Empty { get; } = new([], [], [], 0);

    public IReadOnlyList<string> Classes => classes;

    public IReadOnlyList<int> Labels => labels;

    public IReadOnlyList<int> Labelled => labelled;

    public int Elsewhere => elsewhere;

    /// <summary>The moment as a time stamp.</summary>
    public long Since { get; } = Stopwatch.GetTimestamp();

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
