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
        var fit = WhiteningFit.Of(ByolWhitening.Pca, 3, rows);
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
        Assert.AreEqual(2, WhiteningFit.Of(ByolWhitening.Pca, 4, rows).Whitening.Dimension);
    }

    [TestMethod]
    [DataRow(ByolWhitening.Centred, 64, false)]
    [DataRow(ByolWhitening.Pca, 12, false)]
    [DataRow(ByolWhitening.Pca, 12, true)]
    public void TheSavedGraphWhitensToo(ByolWhitening kind, int dimension, bool normalizes)
    {
        var plain = TestPictures.Embeddings(Fit(ByolWhitening.None).Transform(Rows));
        var model = Fit(kind, normalizes);
        Assert.AreEqual(dimension, model.EmbeddingDimension);
        var expected = WhiteningFit.Of(kind, 12, plain).Apply(plain);
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
        options.Change(recipe => recipe with { Encoder = recipe.Encoder with { WhitenedDimension = 64 } });
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(Rows);
        Assert.AreEqual(64, model.EmbeddingDimension);
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

    private static float[] Normalize(float[] row)
    {
        var length = MathF.Sqrt(row.Sum(value => value * value));
        return [.. row.Select(value => value / length)];
    }

    private static float[][] Magnitudes(IEnumerable<float[]> rows) =>
        [.. rows.Select(row => row.Select(MathF.Abs).ToArray())];
}
