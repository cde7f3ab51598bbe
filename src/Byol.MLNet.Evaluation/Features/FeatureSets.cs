using Byol.MLNet.Evaluation.Features;
using Byol.MLNet.Images;
using Microsoft.ML;

namespace Byol.MLNet.Evaluation;

/// <summary>
/// Three feature sets of the same labelled images, side by side: raw pixels, the encoder before training, the trained
/// encoder. A figure of the third means little without the other two.
/// </summary>
public sealed class FeatureSets
{
    /// <summary>
    /// Name of the raw pixels' set: RGB values in [0, 1], averaged down to 32×32 or less; more of them gain classifiers
    /// little and cost them most of an evaluation's time.
    /// </summary>
    public const string Pixels = "pixels";

    /// <summary>Name of the untrained encoder's set.</summary>
    public const string Untrained = "untrained";

    /// <summary>Name of the trained encoder's set.</summary>
    public const string Trained = "trained";

    private readonly Dictionary<string, float[][]> _features;

    private FeatureSets(
        IReadOnlyList<string> labels,
        Dictionary<string, float[][]> features,
        byte[][] pictures,
        FeatureExtractor extractor,
        IReadOnlyList<string> unreadable)
    {
        Extractor = extractor;
        Pictures = pictures;
        Labels = labels;
        _features = features;
        Unreadable = unreadable;
    }

    /// <summary>Names of the sets, in the order that tables show them.</summary>
    public static IReadOnlyList<string> Names { get; } = [Pixels, Untrained, Trained];

    /// <summary>One label for each image; empty where no label column was given.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>What could not be read and was left out: path or row, and why.</summary>
    public IReadOnlyList<string> Unreadable { get; }

    /// <summary>Number of images.</summary>
    public int Count => Labels.Count;

    internal FeatureExtractor Extractor { get; }

    /// <summary>
    /// The images as the network sees them, S×S planar RGB bytes: for pages, and for heads that augment.
    /// </summary>
    internal IReadOnlyList<byte[]> Pictures { get; }

    internal bool HasLabels => Labels.Distinct().Skip(1).Any();

    /// <summary>The features of the given set, one vector for each image.</summary>
    /// <exception cref="KeyNotFoundException">There is no such set.</exception>
    public IReadOnlyList<float[]> this[string name] => _features[name];

    /// <summary>Computes the three sets; each image is decoded once.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="model">The trained encoder.</param>
    /// <param name="data">Labelled images.</param>
    /// <param name="imageColumn">Column of images or paths.</param>
    /// <param name="labelColumn">Column of labels: text. Null leaves them empty.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">No image could be read.</exception>
    public static FeatureSets Extract(
        MLContext mlContext,
        ByolEmbeddingTransformer model,
        IDataView data,
        string imageColumn,
        string? labelColumn = null)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        var extractor = new FeatureExtractor(mlContext, model);
        var (labels, unreadable) = (new List<string>(), new List<string>());
        var sets = Names.ToDictionary(name => name, _ => new List<float[]>());
        var pictures = new List<byte[]>();
        using var embedder = extractor.Acquire();
        using var reader = PixelReader.Open(
            data, imageColumn, embedder.Value.FrontEnd, model.Settings.MaxImagePixels, labelColumn);
        while (reader.Next(embedder.Value.BatchSize) is { Count: > 0 } rows)
        {
            reader.Decode(rows);
            unreadable.AddRange(rows.Where(row => row.Pixels is null).Select(row => row.Unreadable!.ToString()));
            PixelRow[] readable = [.. rows.Where(row => row.Pixels is not null)];
            if (readable.Length == 0)
            {
                continue;
            }
            byte[][] images = [.. readable.Select(row => row.Pixels!)];
            labels.AddRange(readable.Select(row => row.Label));
            pictures.AddRange(images.Select(extractor.Picture));
            foreach (var name in Names)
            {
                sets[name].AddRange(extractor.Extract(name, images));
            }
        }
        extractor.LetGo();
        if (labels.Count == 0)
        {
            var first = unreadable.Count > 0 ? $"; the first: {unreadable[0]}" : "";
            throw new InvalidOperationException($"Column '{imageColumn}': no image could be read{first}.");
        }
        var features = sets.ToDictionary(set => set.Key, set => set.Value.ToArray());
        return new FeatureSets(labels, features, [.. pictures], extractor, unreadable);
    }

    internal FeatureSets Select(IReadOnlyList<int> rows) => new(
        [.. rows.Select(row => Labels[row])],
        _features.ToDictionary(set => set.Key, set => rows.Select(row => set.Value[row]).ToArray()),
        [.. rows.Select(row => Pictures[row])],
        Extractor,
        []);
}
