using Byol.MLNet.Classifiers;
using Byol.MLNet.Foundation;
using Byol.MLNet.Images;

namespace Byol.MLNet.Pretraining.Probing;

/// <summary>Accuracies of a running fit's encoder on labelled images, 0 to 1.</summary>
internal sealed record ProbeScores(double Knn, double Linear);

/// <summary>The labelled images of a <see cref="ByolProbe"/>, ready for the encoder.</summary>
internal sealed class OnlineProbe
{
    private const double BankFraction = 0.7;
    private const int BatchSize = 256;

    // Chosen once, not by search: figures of one run are compared with each other.
    private static readonly float[] L2 = [100];

    private readonly float[][] _images;
    private readonly IReadOnlyList<int> _classes;
    private readonly int _classCount;
    private readonly (IReadOnlyList<int> Train, IReadOnlyList<int> Test) _split;

    private OnlineProbe(float[][] images, string[] labels)
    {
        _images = images;
        var index = new LabelIndex(labels);
        _classes = index.NumbersOf(labels);
        _classCount = index.Count;
        _split = StratifiedSplit.Draw(_classes, BankFraction, RandomStream.For(RandomPurpose.DataSplit, seed: 0));
    }

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There are too few readable images or labels.</exception>
    public static OnlineProbe Load(
        ByolProbe probe,
        string imageColumn,
        FrontEnd frontEnd,
        int size,
        Normalization normalization,
        long maxImagePixels,
        IProgress<ByolActivity>? activity,
        CancellationToken cancellation)
    {
        var (images, labels, unreadable) = (new List<float[]>(), new List<string>(), new List<string>());
        using var reader = PixelReader.Open(probe.Data, imageColumn, frontEnd, maxImagePixels, probe.LabelColumn);
        var read = 0L;
        while (reader.Next(BatchSize) is { Count: > 0 } rows)
        {
            cancellation.ThrowIfCancellationRequested();
            reader.Decode(rows);
            read += rows.Count;
            activity?.Report(new ByolActivity(ByolActivityKind.ReadingProbe, read, probe.Data.GetRowCount()));
            unreadable.AddRange(rows.Select(row => row.Unreadable).OfType<ByolUnreadableRow>().Select(row => $"{row}"));
            foreach (var row in rows.Where(row => row.Pixels is not null))
            {
                var view = new float[3 * size * size];
                normalization.WriteChannelsLast(PixelAverage.Of(row.Pixels!, frontEnd.Side, size), view);
                images.Add(view);
                labels.Add(row.Label);
            }
        }
        if (labels.Count == 0)
        {
            throw new InvalidOperationException(
                $"{nameof(ByolOptions.Probe)}: {NoImages.Of(imageColumn, unreadable).Message}");
        }
        if (labels.GroupBy(label => label).Count(group => group.Count() >= 2) < 2)
        {
            throw new InvalidOperationException(
                $"The probe has {Counted.Text(labels.Count, "readable image")} "
                + $"of {Counted.Text(labels.Distinct().Count(), "label")}; "
                + "it needs two labels or more, each with two images or more.");
        }
        return new OnlineProbe([.. images], [.. labels]);
    }

    /// <summary>Labelled images.</summary>
    public int Count => _images.Length;

    /// <summary>Scores an encoder, which embeds batches of normalised views, channels last.</summary>
    /// <param name="embed">The encoder.</param>
    /// <param name="embedded">Is told how many images are embedded, after each batch.</param>
    public ProbeScores Measure(Func<float[][], IEnumerable<float[]>> embed, Action<int> embedded)
    {
        var embeddings = new List<float[]>();
        foreach (var batch in _images.Chunk(BatchSize))
        {
            embeddings.AddRange(embed(batch));
            embedded(embeddings.Count);
        }
        var vectors = new LabelledVectors(embeddings, _classes, _classCount);
        var (bank, queries) = (vectors.Select(_split.Train), vectors.Select(_split.Test));
        return new ProbeScores(Accuracy(new WeightedKnn()), Accuracy(new LbfgsClassifier(seed: 0, L2)));

        double Accuracy(IClassifier classifier) =>
            ClassScores.Of(classifier.Probabilities(bank, queries), queries.Classes).MicroAccuracy;
    }
}
