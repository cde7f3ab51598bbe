using Byol.MLNet.Evaluation.Features;
using Byol.MLNet.Images;
using Byol.MLNet.Onnx.Import;
using Microsoft.ML;

namespace Byol.MLNet.Evaluation;

/// <summary>
/// Feature sets of the same labelled images, side by side: raw pixels, the encoder before training, the trained
/// encoder, and, where the program has its file (<see cref="ByolWeights.ImageNetResNet18"/>), the frozen ImageNet
/// network. A figure of the trained encoder means little without the others.
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

    /// <summary>
    /// Name of the set of the frozen ImageNet network, which sees each image at 224 px, or small ones at three times
    /// their own size: what there is without any training. It is missing where the network's file is not there, and
    /// where it is itself the trained encoder.
    /// </summary>
    public const string ImageNet = "imagenet";

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

    /// <summary>Names of all sets that there may be, in the order that tables show them.</summary>
    public static IReadOnlyList<string> Names { get; } = [Pixels, Untrained, Trained, ImageNet];

    /// <summary>Names of the sets that are there, in the order of <see cref="Names"/>.</summary>
    public IReadOnlyList<string> Sets => [.. Names.Where(_features.ContainsKey)];

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
    /// <exception cref="KeyNotFoundException">There is no such set; <see cref="Sets"/> has those that are
    /// there.</exception>
    public IReadOnlyList<float[]> this[string name] => _features[name];

    /// <summary>Computes the sets; each image is decoded once.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="model">The trained encoder.</param>
    /// <param name="data">Labelled images.</param>
    /// <param name="imageColumn">Column of images or paths.</param>
    /// <param name="labelColumn">Column of labels: text. Null leaves them empty.</param>
    /// <param name="includeImageNet">Whether <see cref="ImageNet"/> is computed where it can be. It takes a core some
    /// 50 ms an image, which may be far more than the other sets together.</param>
    /// <param name="imageNetSize">Side in pixels at which the ImageNet network sees the images; null is 224, or where
    /// their median short side is small three times that, in steps of 32 and at least 64. Sets that are trained on and
    /// tested on need the same.</param>
    /// <exception cref="ArgumentException">No encoder can be for pictures of that side.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">No image could be read.</exception>
    public static FeatureSets Extract(
        MLContext mlContext,
        ByolEmbeddingTransformer model,
        IDataView data,
        string imageColumn,
        string? labelColumn = null,
        bool includeImageNet = true,
        int? imageNetSize = null)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        var shown = new Lazy<int>(() => imageNetSize ?? ShownSize(data, imageColumn));
        var extractor = new FeatureExtractor(mlContext, model, includeImageNet ? shown : null);
        var (labels, unreadable) = (new List<string>(), new List<string>());
        var sets = extractor.Sets.ToDictionary(name => name, _ => new List<float[]>());
        var pictures = new List<byte[]>();
        using var embedder = extractor.Acquire();
        using var imageNet = extractor.AcquireImageNet();
        using var reader = PixelReader.Open(
            data,
            imageColumn,
            embedder.Value.FrontEnd,
            model.Settings.MaxImagePixels,
            labelColumn,
            imageNet?.Value.FrontEnd);
        while (reader.Next(embedder.Value.BatchSize) is { Count: > 0 } rows)
        {
            reader.Decode(rows);
            unreadable.AddRange(rows.Where(row => row.Pixels is null).Select(row => row.Unreadable!.ToString()));
            PixelRow[] readable = [.. rows.Where(row => row.Pixels is not null)];
            if (readable.Length == 0)
            {
                continue;
            }
            labels.AddRange(readable.Select(row => row.Label));
            pictures.AddRange(readable.Select(row => extractor.Picture(row.Pixels!)));
            foreach (var (name, vectors) in sets)
            {
                vectors.AddRange(extractor.Extract(name, readable));
            }
        }
        extractor.LetGo();
        if (labels.Count == 0)
        {
            throw NoImages.Of(imageColumn, unreadable);
        }
        var features = sets.ToDictionary(set => set.Key, set => set.Value.ToArray());
        return new FeatureSets(labels, features, [.. pictures], extractor, unreadable);
    }

    private static int ShownSize(IDataView data, string imageColumn) => PretrainedEncoder.ShownSize(
        ByolWeights.ImageNetResNet18.ImageSize!.Value, ImageColumn.MedianShortSide(data, imageColumn).Value);

    internal FeatureSets Select(IReadOnlyList<int> rows) => new(
        [.. rows.Select(row => Labels[row])],
        _features.ToDictionary(set => set.Key, set => rows.Select(row => set.Value[row]).ToArray()),
        [.. rows.Select(row => Pictures[row])],
        Extractor,
        []);
}
