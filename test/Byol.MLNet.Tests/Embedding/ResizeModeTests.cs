using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Tests.Embedding;

/// <summary>Pictures that are no squares.</summary>
[TestClass]
public class ResizeModeTests
{
    private const int Long = 48;

    private readonly MLContext _mlContext = new(seed: 3);
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [DataRow(ByolResizeMode.Squash, true)]
    [DataRow(ByolResizeMode.Crop, false)]
    [DataRow(ByolResizeMode.Pad, true)]
    public void OnlyACropLeavesTheEndsOut(ByolResizeMode mode, bool seesEnds)
    {
        var model = Fit(mode);
        var (plain, marked) = (Wide(markEnds: false), Wide(markEnds: true));
        var difference = TestPictures.LargestDifference(Embed(model, plain), Embed(model, marked));
        Assert.AreEqual(seesEnds, difference > 1e-3, $"difference {difference}");
    }

    [TestMethod]
    [DataRow(ByolResizeMode.Crop)]
    [DataRow(ByolResizeMode.Pad)]
    public void ASavedPipelineResizesAsTheTransformerDoes(ByolResizeMode mode)
    {
        var model = Fit(mode);
        var rows = _mlContext.Data.LoadFromEnumerable([new PictureRow { Image = Wide(markEnds: true) }]);
        _mlContext.Model.Save(model, rows.Schema, _folder["model.zip"]);
        var loaded = _mlContext.Model.Load(_folder["model.zip"], out _);
        Assert.IsLessThan(
            1e-4,
            TestPictures.LargestDifference(
                TestPictures.Embeddings(model.Transform(rows)), TestPictures.Embeddings(loaded.Transform(rows))));
    }

    private ByolEmbeddingTransformer Fit(ByolResizeMode mode)
    {
        var options = TestPictures.TinyRecipe();
        options.Change(recipe => recipe with { Encoder = recipe.Encoder with { ResizeMode = mode } });
        return _mlContext.Transforms.ByolEmbedding("Features", "Image", options)
            .Fit(_mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32)));
    }

    private float[][] Embed(ByolEmbeddingTransformer model, MLImage image) => TestPictures.Embeddings(
        model.Transform(_mlContext.Data.LoadFromEnumerable([new PictureRow { Image = image }])));

    // Three times as wide as high; its ends white or grey.
    private static MLImage Wide(bool markEnds)
    {
        var pixels = new byte[4 * Long * TestPictures.Side];
        for (var i = 0; i < pixels.Length; i++)
        {
            var x = i / 4 % Long;
            var isEnd = x is < 12 or >= Long - 12;
            pixels[i] = i % 4 == 3 || (markEnds && isEnd) ? (byte)255 : (byte)(8 * x % 200);
        }
        return MLImage.CreateFromPixels(Long, TestPictures.Side, MLPixelFormat.Bgra32, pixels);
    }
}
