using System.Globalization;
using System.Numerics.Tensors;

namespace Byol.Samples.Web.Similar;

/// <summary>
/// Embeddings of known images in memory, scaled to length one, so that a cosine is a product. The file is the CSV that
/// <c>byol embed</c> writes: a line of column names, then a line for each image, its name first.
/// </summary>
internal sealed class EmbeddingIndex
{
    private readonly List<string> _images = [];
    private readonly List<float[]> _embeddings = [];

    private EmbeddingIndex()
    {
    }

    public int Count => _images.Count;

    /// <exception cref="InvalidDataException">The file is damaged, or of an encoder with another dimension.</exception>
    /// <exception cref="IOException">The file is not there, or cannot be read.</exception>
    public static EmbeddingIndex Read(string path, int dimension)
    {
        try
        {
            return ReadAll(path, dimension);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"the index '{path}' cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The nearest images by cosine, nearest first.</summary>
    public IReadOnlyList<Neighbour> Nearest(float[] embedding, int count)
    {
        var unit = ToUnit(embedding);
        var nearest = new PriorityQueue<int, float>();
        for (var i = 0; i < _embeddings.Count; i++)
        {
            var cosine = TensorPrimitives.Dot<float>(unit, _embeddings[i]);
            if (nearest.Count < count)
            {
                nearest.Enqueue(i, cosine);
            }
            else
            {
                nearest.EnqueueDequeue(i, cosine);
            }
        }
        return [.. nearest.UnorderedItems
            .OrderByDescending(item => item.Priority)
            .Select(item => new Neighbour(_images[item.Element], Math.Min(1, item.Priority)))];
    }

    private static EmbeddingIndex ReadAll(string path, int dimension)
    {
        var index = new EmbeddingIndex();
        // The line of column names is the first.
        foreach (var (line, number) in Records(path).Skip(1).Where(record => record.Text.Length > 0))
        {
            var (image, values) = SplitName(line);
            var embedding = Parse(values, dimension);
            if (embedding is null)
            {
                throw new InvalidDataException(
                    $"line {number} of the index '{path}' is not an image and the {dimension} numbers that the model "
                    + "gives: byol embed writes such a file with the same encoder.");
            }
            index._images.Add(image);
            index._embeddings.Add(ToUnit(embedding));
        }
        return index.Count > 0 ? index : throw new InvalidDataException($"the index '{path}' holds no image.");
    }

    // A name in quotation marks may go over several lines.
    private static IEnumerable<(string Text, int Line)> Records(string path)
    {
        var (open, first, number) = ("", 1, 0);
        foreach (var line in File.ReadLines(path))
        {
            number++;
            var text = open.Length > 0 ? $"{open}\n{line}" : line;
            first = open.Length > 0 ? first : number;
            open = text.AsSpan().Count('"') % 2 == 1 ? text : "";
            if (open.Length == 0)
            {
                yield return (text, first);
            }
        }
        if (open.Length > 0)
        {
            yield return (open, first);
        }
    }

    // A name with a comma or a quotation mark stands in quotation marks, which are doubled in it.
    private static (string Name, string Values) SplitName(string line)
    {
        var end = line.StartsWith('"') ? line.LastIndexOf("\",", StringComparison.Ordinal) + 1 : line.IndexOf(',');
        if (end <= 0)
        {
            return ("", "");
        }
        var name = line[..end];
        return (
            name.StartsWith('"') ? name[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : name,
            line[(end + 1)..]);
    }

    private static float[]? Parse(string values, int dimension)
    {
        var embedding = new float[dimension];
        var count = 0;
        foreach (var range in values.AsSpan().Split(','))
        {
            if (count == dimension
                || !float.TryParse(values.AsSpan(range), CultureInfo.InvariantCulture, out embedding[count])
                || !float.IsFinite(embedding[count]))
            {
                return null;
            }
            count++;
        }
        return count == dimension ? embedding : null;
    }

    private static float[] ToUnit(float[] embedding)
    {
        var unit = new float[embedding.Length];
        var norm = TensorPrimitives.Norm<float>(embedding);
        if (norm > 0)
        {
            TensorPrimitives.Divide(embedding, norm, unit);
        }
        return unit;
    }
}

/// <summary>An image of the index, and the cosine of its embedding and the upload's.</summary>
internal sealed record Neighbour(string Image, float Cosine);
