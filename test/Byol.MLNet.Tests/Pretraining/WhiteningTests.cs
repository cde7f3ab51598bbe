using Byol.MLNet.Pretraining;
using Microsoft.ML;

namespace Byol.MLNet.Tests.Pretraining;

/// <summary>Embeddings that are centred and whitened.</summary>
[TestClass]
public class WhiteningTests
{
    private readonly MLContext _mlContext = new(seed: 3);
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    public void WhitenedComponentsAreUncorrelatedAndOfVarianceOne()
    {
        var random = new Random(1);
        float[][] rows = [.. Enumerable.Range(0, 500).Select(_ => Correlated(random))];
        var fit = WhiteningFit.Of(ByolWhitening.Pca, new() { WhitenedDimension = 3 }, rows);
        var whitened = fit.Apply(rows);
        Assert.AreEqual(3, fit.Whitening.Dimension);
        for (var i = 0; i < 3; i++)
        {
            Assert.AreEqual(0, whitened.Average(row => row[i]), 1e-3);
            for (var j = 0; j <= i; j++)
            {
                Assert.AreEqual(i == j ? 1 : 0, whitened.Average(row => (double)row[i] * row[j]), 1e-3);
            }
        }
    }

    [TestMethod]
    public void DirectionsWithoutVarianceAreLeftOut()
    {
        float[][] rows = [.. Enumerable.Range(0, 50).Select(i => new float[] { i, 2 * i, 3, i % 7 })];
        var fit = WhiteningFit.Of(ByolWhitening.Pca, new() { WhitenedDimension = 4 }, rows);
        Assert.AreEqual(2, fit.Whitening.Dimension);
        // Nor are they blown up where every direction stays.
        var balanced = WhiteningFit.Of(ByolWhitening.Zca, new() { WhiteningExponent = 0.5 }, rows).Apply(rows);
        Assert.AreEqual(2, balanced.Average(row => row.Sum(value => value * value)), 1e-3);
    }

    [TestMethod]
    public void AQuarterHalvesTheWayToEqualVariances()
    {
        var random = new Random(1);
        float[][] rows = [.. Enumerable.Range(0, 500).Select(_ => Correlated(random))];
        var before = Covariance(WhiteningFit.Of(ByolWhitening.Centred, new(), rows).Apply(rows));
        var fit = WhiteningFit.Of(ByolWhitening.Zca, new() { WhiteningExponent = 0.25 }, rows);
        var after = Covariance(fit.Apply(rows));
        // Variances become their square roots along directions that stay, so the covariance becomes its own root.
        for (var i = 0; i < before.Length; i++)
        {
            for (var j = 0; j < before.Length; j++)
            {
                var squared = Enumerable.Range(0, before.Length).Sum(k => after[i][k] * after[k][j]);
                Assert.AreEqual(before[i][j], squared, 2e-3);
            }
        }
    }

    [TestMethod]
    [DataRow(ByolWhitening.Centred, 64, false)]
    [DataRow(ByolWhitening.Zca, 64, false)]
    [DataRow(ByolWhitening.Pca, 12, false)]
    [DataRow(ByolWhitening.Pca, 12, true)]
    public void TheSavedGraphWhitensToo(ByolWhitening kind, int dimension, bool normalizes)
    {
        var plain = TestPictures.Embeddings(Fit(ByolWhitening.None).Transform(Rows));
        var model = Fit(kind, normalizes);
        Assert.AreEqual(dimension, model.EmbeddingDimension);
        var expected = WhiteningFit.Of(kind, new() { WhitenedDimension = 12 }, plain).Apply(plain);
        if (normalizes)
        {
            expected = [.. expected.Select(Normalize)];
        }
        var whitened = TestPictures.Embeddings(model.Transform(Rows));
        // A component's sign is the solver's choice.
        Assert.IsLessThan(2e-3, TestPictures.LargestDifference(Magnitudes(expected), Magnitudes(whitened)));

        model.SaveOnnx(_folder["whitened.onnx"]);
        var loaded = _mlContext.Transforms.LoadByolEmbedding("Features", "Image", _folder["whitened.onnx"]).Fit(Rows);
        Assert.AreEqual(
            0, TestPictures.LargestDifference(whitened, TestPictures.Embeddings(loaded.Transform(Rows))));
        _mlContext.Model.Save(model, Rows.Schema, _folder["pipeline.zip"]);
        var stock = _mlContext.Model.Load(_folder["pipeline.zip"], out _);
        Assert.IsLessThan(
            1e-3, TestPictures.LargestDifference(whitened, TestPictures.Embeddings(stock.Transform(Rows))));
    }

    [TestMethod]
    public void AFewImagesAreNotEnoughToWhitenBy()
    {
        var options = Options(ByolWhitening.Auto, normalizes: false);
        options.MaxImages = 20;
        var plain = Options(ByolWhitening.None, normalizes: false);
        plain.MaxImages = 20;
        Assert.AreEqual(0, TestPictures.LargestDifference(Embed(plain), Embed(options)));
    }

    [TestMethod]
    public void FewerDirectionsThanWereAskedForAreSaid()
    {
        var options = Options(ByolWhitening.Pca, normalizes: false);
        options.MaxImages = 4;
        options.Change(recipe => recipe with { BatchSize = 4 });
        var warnings = new List<string>();
        _mlContext.Log += (_, entry) => warnings.Add(entry.RawMessage);
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(Rows);
        Assert.AreEqual(3, model.EmbeddingDimension);
        Assert.ContainsSingle(line => line.Contains("4 images vary in 3 directions"), warnings);
    }

    [TestMethod]
    public void AStoppedRunGivesItsEncoderAsItIs()
    {
        using var stop = new CancellationTokenSource();
        var options = Options(ByolWhitening.Pca, normalizes: false);
        options.CancellationToken = stop.Token;
        options.Epochs = 5;
        options.Progress = new Action<ByolProgress>(_ => stop.Cancel()).AsProgress();
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(Rows);
        Assert.IsTrue(model.WasCancelled);
        Assert.AreEqual(64, model.EmbeddingDimension);
    }

    private float[][] Embed(ByolOptions options) => TestPictures.Embeddings(
        _mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(Rows).Transform(Rows));

    private IDataView Rows => _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(64));

    private ByolEmbeddingTransformer Fit(ByolWhitening kind, bool normalizes = false) =>
        _mlContext.Transforms.ByolEmbedding("Features", "Image", Options(kind, normalizes)).Fit(Rows);

    private static ByolOptions Options(ByolWhitening kind, bool normalizes)
    {
        var options = TestPictures.TinyRecipe();
        options.Change(recipe => recipe with
        {
            Encoder = recipe.Encoder with
            {
                Whitening = kind,
                WhitenedDimension = 12,
                NormalizeEmbedding = normalizes,
            },
        });
        return options;
    }

    private static float[] Correlated(Random random)
    {
        var (a, b, c) = (random.NextSingle(), random.NextSingle(), random.NextSingle());
        return [a, a + 0.5f * b, 3 * b - c, c + 10, 0.1f * c - a];
    }

    private static double[][] Covariance(IReadOnlyList<float[]> rows) =>
    [
        .. Enumerable.Range(0, rows[0].Length).Select(i =>
            Enumerable.Range(0, rows[0].Length).Select(j => rows.Average(row => (double)row[i] * row[j])).ToArray()),
    ];

    private static float[] Normalize(float[] row)
    {
        var length = MathF.Sqrt(row.Sum(value => value * value));
        return [.. row.Select(value => value / length)];
    }

    private static float[][] Magnitudes(IEnumerable<float[]> rows) =>
        [.. rows.Select(row => row.Select(MathF.Abs).ToArray())];
}
