using Byol.MLNet.Images;
using Byol.MLNet.Onnx;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;

namespace Byol.MLNet.Embedding;

/// <summary>Finds an encoder's int8 form by what its layers give for some images.</summary>
internal static class Calibration
{
    private const int MostImages = 256;
    private const int BatchSize = 8;

    // Of so large a share of the images, all numbers fit; a rare larger one is cut off, so that the rest is finer.
    private const double Share = 0.99;

    /// <exception cref="InvalidOperationException">No image could be read.</exception>
    public static FrozenEncoder ToInt8(
        TransformsCatalog catalog, FrozenEncoder encoder, IDataView images, string column, long maxImagePixels)
    {
        var graph = encoder.Observed();
        var seen = graph.Values.Select(_ => (Least: new List<float>(), Largest: new List<float>())).ToArray();
        using (var options = OnnxSetup.CreateOptions(catalog))
        using (var session = new InferenceSession(graph.ToBytes(), options))
        {
            foreach (var batch in Pixels(catalog, encoder.Metadata, images, column, maxImagePixels).Chunk(BatchSize))
            {
                Observe(session, batch, encoder.Metadata.StoredImageSize, seen);
            }
        }
        if (seen[0].Least.Count == 0)
        {
            throw new InvalidOperationException(
                $"The column '{column}' gave no image to find the ranges of int8 values by.");
        }
        var ranges = new ActivationRanges();
        for (var i = 0; i < seen.Length; i++)
        {
            ranges.Add(graph.Values[i], Of(seen[i].Least, 1 - Share), Of(seen[i].Largest, Share));
        }
        return encoder.ToInt8(ranges);
    }

    private static float Of(List<float> values, double share) =>
        values.Order().ElementAt((int)Math.Round(share * (values.Count - 1)));

    private static void Observe(
        InferenceSession session, byte[][] images, int side, (List<float> Least, List<float> Largest)[] seen)
    {
        using var pixels = BatchEmbedder.Pixels(images, side);
        using var run = new RunOptions();
        string[] outputs =
        [
            .. seen.Select((_, i) => ObservedGraph.Least(i)), .. seen.Select((_, i) => ObservedGraph.Largest(i)),
        ];
        using var results = session.Run(run, [EncoderGraph.InputName], [pixels], outputs);
        for (var i = 0; i < seen.Length; i++)
        {
            seen[i].Least.AddRange(results[i].GetTensorDataAsSpan<float>());
            seen[i].Largest.AddRange(results[seen.Length + i].GetTensorDataAsSpan<float>());
        }
    }

    // Of rows all over the data, since neighbours are often alike; the next one for one that cannot be read.
    private static IEnumerable<byte[]> Pixels(
        TransformsCatalog catalog, EncoderMetadata metadata, IDataView images, string column, long maxImagePixels)
    {
        var step = (Count(images) + MostImages - 1) / MostImages;
        var wanted = 0L;
        using var frontEnd = new FrontEnd(catalog, metadata.StoredImageSize, metadata.Recipe.Encoder.ResizeMode);
        using var reader = PixelReader.Open(images, column, frontEnd, maxImagePixels);
        while (reader.Next(1, row => row >= wanted) is [var row])
        {
            reader.Decode([row]);
            if (row.Pixels is { } pixels)
            {
                wanted = (row.Row / step + 1) * step;
                yield return pixels;
            }
        }
    }

    private static long Count(IDataView images)
    {
        if (images.GetRowCount() is { } known)
        {
            return known;
        }
        using var cursor = images.GetRowCursor([]);
        var rows = 0L;
        while (cursor.MoveNext())
        {
            rows++;
        }
        return rows;
    }
}
