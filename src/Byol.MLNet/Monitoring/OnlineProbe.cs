using Byol.MLNet.Augmentation;
using Byol.MLNet.Evaluation;
using Byol.MLNet.Images;

namespace Byol.MLNet.Monitoring;

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
    private readonly int[] _classes;
    private readonly int _classCount;
    private readonly (IReadOnlyList<int> Train, IReadOnlyList<int> Test) _split;

    private OnlineProbe(float[][] images, string[] labels)
    {
        _images = images;
        string[] names = [.. labels.Distinct().Order(StringComparer.Ordinal)];
        _classes = [.. labels.Select(label => Array.IndexOf(names, label))];
        _classCount = names.Length;
        _split = StratifiedSplit.Draw(_classes, BankFraction, RandomStream.For(RandomPurpose.DataSplit, seed: 0));
    }

    public int Count => _images.Length;

    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There are too few readable images or labels.</exception>
    public static OnlineProbe Load(
        ByolProbe probe, string imageColumn, FrontEnd frontEnd, int size, CancellationToken cancellation)
    {
        var allLabels = FeatureSets.ReadLabels(probe.Data, probe.LabelColumn);
        var (images, labels) = (new List<float[]>(), new List<string>());
        using var reader = new PixelReader(probe.Data, imageColumn, frontEnd);
        while (reader.Next(BatchSize, (_, _) => true) is { Count: > 0 } rows)
        {
            cancellation.ThrowIfCancellationRequested();
            reader.Decode(rows);
            foreach (var row in rows.Where(row => row.Pixels is not null))
            {
                var view = new float[3 * size * size];
                Normalization.WriteChannelsLast(PixelAverage.Of(row.Pixels!, frontEnd.Side, size), view);
                images.Add(view);
                labels.Add(allLabels[(int)row.Row]);
            }
        }
        if (labels.GroupBy(label => label).Count(group => group.Count() >= 2) < 2)
        {
            throw new InvalidOperationException($"The probe has {labels.Count} readable images of {labels.Distinct().Count()} labels; it needs two labels or more, each with two images or more.");
        }
        return new OnlineProbe([.. images], [.. labels]);
    }

    /// <summary>Scores an encoder, which embeds batches of normalised views, channels last.</summary>
    public ProbeScores Measure(Func<float[][], IEnumerable<float[]>> embed)
    {
        var vectors = new LabelledVectors([.. _images.Chunk(BatchSize).SelectMany(embed)], _classes, _classCount);
        var (bank, queries) = (vectors.Select(_split.Train), vectors.Select(_split.Test));
        var votes = WeightedKnn.Votes(bank.Features, bank.Classes, queries.Features, _classCount, WeightedKnn.NeighboursFor(bank.Features.Count));
        return new ProbeScores(
            ClassScores.Of(votes, queries.Classes).Micro,
            ClassScores.Of(new LinearClassifier(seed: 0, L2).Probabilities(ByolClassifier.Lbfgs, bank, queries), queries.Classes).Micro);
    }
}
