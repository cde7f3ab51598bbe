using System.Numerics.Tensors;
using Byol.Cli.Labelling.Embeddings;
using Byol.Cli.Labelling.Labels;

namespace Byol.Cli.Labelling.Classifying;

/// <summary>The orders of the page's tabs.</summary>
internal sealed class ImageOrders(LabelSession session, Gallery gallery, DoubtfulLabels doubtful)
{
    private const int Spread = 300;

    private readonly Lazy<IReadOnlyList<(int Image, int Group, float Likeness)>> _duplicates =
        new(() => NearDuplicates.Find(gallery.Vectors));

    /// <summary>The images of a tab.</summary>
    /// <param name="tab">The tab's name.</param>
    /// <param name="className">Only those of the class: predicted where the tab is about predictions, else
    /// given.</param>
    /// <param name="text">Only those with this in their path.</param>
    /// <exception cref="RequestException">There is no such tab.</exception>
    public ImageOrder Of(string tab, string? className, string? text)
    {
        var (board, ranking, _) = session.Snapshot();
        int[] images = [.. Enumerable.Range(0, gallery.Paths.Count)];
        var order = tab switch
        {
            "all" => new ImageOrder(images),
            "unlabelled" => new ImageOrder([.. images.Where(image => !board.IsLabelled(image))]),
            "unsure" => ranking is null ? new ImageOrder([]) : Unsure(board, ranking),
            "sure" => ranking is null ? new ImageOrder([]) : Sure(board, ranking),
            "doubtful" => Doubtful(doubtful.Find(board)),
            "duplicates" => Duplicates(),
            "proposal" => new ImageOrder(session.State.Proposal),
            _ => throw new RequestException(RequestException.Bad, $"There is no tab '{tab}'."),
        };
        var classes = tab is "unsure" or "sure" or "proposal" or "unlabelled" ? ranking?.Predicted : board.Labels;
        var number = board.Classes.ToList().IndexOf(className ?? "");
        return order.Where(image =>
            (string.IsNullOrEmpty(className) || number >= 0 && classes?[image] == number)
            && (string.IsNullOrEmpty(text) || gallery.Paths[image].Contains(text, StringComparison.OrdinalIgnoreCase)));
    }

    private static ImageOrder Sure(Board board, Ranking ranking) => ImageOrder.Of(
    [
        .. Enumerable.Range(0, ranking.Confidence.Count)
            .Where(image => !board.IsLabelled(image))
            .Select(image => (Image: image, Score: ranking.Confidence[image]))
            .OrderByDescending(image => image.Score),
    ]);

    // The first ones are spread out: one of many alike teaches as much as all of them.
    private ImageOrder Unsure(Board board, Ranking ranking)
    {
        var images = Enumerable.Range(0, ranking.Margin.Count)
            .Where(image => !board.IsLabelled(image))
            .OrderBy(image => ranking.Margin[image])
            .ToList();
        var first = images[..Math.Min(images.Count, Spread)];
        var distance = first.ToDictionary(image => image, _ => 1f);
        var spread = new List<int>();
        while (distance.Count > 0)
        {
            var next = distance.MaxBy(image => image.Value * (1 - ranking.Margin[image.Key])).Key;
            spread.Add(next);
            distance.Remove(next);
            foreach (var image in distance.Keys)
            {
                var cosine = TensorPrimitives.Dot(gallery.Vectors[image], gallery.Vectors[next]);
                distance[image] = Math.Min(distance[image], 1 - cosine);
            }
        }
        return ImageOrder.Of(
            [.. spread.Concat(images[first.Count..]).Select(image => (image, ranking.Margin[image]))]);
    }

    private static ImageOrder Doubtful(IReadOnlyList<DoubtfulLabel> labels) => new(
        [.. labels.Select(label => label.Image)],
        [.. labels.Select(label => label.Probability)],
        Others: [.. labels.Select(label => label.Other)]);

    private ImageOrder Duplicates() => new(
        [.. _duplicates.Value.Select(image => image.Image)],
        [.. _duplicates.Value.Select(image => image.Likeness)],
        [.. _duplicates.Value.Select(image => image.Group)]);
}
