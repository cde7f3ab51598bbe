using System.Numerics.Tensors;
using Byol.Cli.Labelling.Embeddings;

namespace Byol.Cli.Labelling.Classifying;

/// <summary>
/// Groups of images that are almost the same to the encoder. Every image is compared with every other; where they are
/// so many that this would take minutes, with those that have the same one of some images as their nearest.
/// </summary>
internal sealed class NearDuplicates
{
    /// <summary>Images whose cosine is this or more are almost the same.</summary>
    public const float Threshold = 0.95f;

    private const int MostImages = 40_000;
    private const int Block = 256;

    private readonly UnitVectors _vectors;
    private readonly int[] _groups;
    private readonly float[] _likeness;

    private NearDuplicates(UnitVectors vectors)
    {
        _vectors = vectors;
        _groups = [.. Enumerable.Range(0, vectors.Count)];
        _likeness = new float[vectors.Count];
    }

    /// <summary>The images that are in a group, the likest groups first, each group's images together.</summary>
    public static IReadOnlyList<(int Image, int Group, float Likeness)> Find(UnitVectors vectors)
    {
        var search = new NearDuplicates(vectors);
        foreach (var cell in search.Cells())
        {
            search.Compare(cell);
        }
        return
        [
            .. Enumerable.Range(0, vectors.Count)
                .Where(image => search._likeness[image] > 0)
                .GroupBy(search.GroupOf)
                .OrderByDescending(group => group.Max(image => search._likeness[image]))
                .SelectMany((group, number) => group.Select(image => (image, number, search._likeness[image]))),
        ];
    }

    private IEnumerable<int[]> Cells()
    {
        int[] images = [.. Enumerable.Range(0, _vectors.Count)];
        if (images.Length <= MostImages)
        {
            return [images];
        }
        var centres = images.Where(image => image % (int)Math.Sqrt(images.Length) == 0).ToArray();
        return images.AsParallel()
            .GroupBy(image => centres.MaxBy(centre => TensorPrimitives.Dot(_vectors[image], _vectors[centre])))
            .Select(cell => cell.ToArray());
    }

    // In blocks, so that both sides of the comparisons are in a processor's cache.
    private void Compare(int[] images)
    {
        var blocks = images.Chunk(Block).ToArray();
        Parallel.For(0, blocks.Length, first =>
        {
            for (var second = first; second < blocks.Length; second++)
            {
                foreach (var image in blocks[first])
                {
                    Compare(image, blocks[second]);
                }
            }
        });
    }

    private void Compare(int image, int[] others)
    {
        foreach (var other in others)
        {
            if (other > image
                && TensorPrimitives.Dot(_vectors[image], _vectors[other]) is >= Threshold and var cosine)
            {
                lock (_groups)
                {
                    _groups[GroupOf(other)] = GroupOf(image);
                    _likeness[image] = Math.Max(_likeness[image], cosine);
                    _likeness[other] = Math.Max(_likeness[other], cosine);
                }
            }
        }
    }

    private int GroupOf(int image)
    {
        while (_groups[image] != image)
        {
            image = _groups[image] = _groups[_groups[image]];
        }
        return image;
    }
}
