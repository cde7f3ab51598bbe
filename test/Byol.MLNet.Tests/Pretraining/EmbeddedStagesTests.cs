using Microsoft.ML;

namespace Byol.MLNet.Tests.Pretraining;

/// <summary>Embeddings of more than the last stage.</summary>
[TestClass]
public class EmbeddedStagesTests
{
    private readonly MLContext _mlContext = new(seed: 3);
    private readonly TemporaryFolder _folder = new();
    private readonly PictureRow[] _rows = TestPictures.Rows(48);

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [DataRow(ByolPretrainingMethod.Byol)]
    [DataRow(ByolPretrainingMethod.Taught)]
    public void TrainingSeesTheLastStageAlone(ByolPretrainingMethod method)
    {
        var last = Embeddings(Fit(1, method));
        var both = Embeddings(Fit(2, method));
        Assert.HasCount(64, last[0]);
        Assert.HasCount(64 + 32, both[0]);
        Assert.AreEqual(0, TestPictures.LargestDifference(last, [.. both.Select(row => row[32..])]), 1e-5);
    }

    [TestMethod]
    public void TheSavedPipelineGivesTheSame()
    {
        var model = Fit(2, ByolPretrainingMethod.Byol);
        _mlContext.Model.Save(model, Rows.Schema, _folder["pipeline.zip"]);
        var stock = _mlContext.Model.Load(_folder["pipeline.zip"], out _);
        Assert.IsLessThan(1e-3, TestPictures.LargestDifference(
            Embeddings(model), TestPictures.Embeddings(stock.Transform(Rows))));
        model.SaveOnnx(_folder["encoder.onnx"]);
        var loaded = _mlContext.Transforms.LoadByolEmbedding("Features", "Image", _folder["encoder.onnx"]).Fit(Rows);
        Assert.AreEqual(64 + 32, loaded.EmbeddingDimension);
        Assert.AreEqual(0, TestPictures.LargestDifference(
            Embeddings(model), TestPictures.Embeddings(loaded.Transform(Rows))));
    }

    [TestMethod]
    public void AnEncoderOfOneStageGivesThat()
    {
        var flat = ByolBackbone.Define("flat", encoder => encoder.Convolution("conv", 8, 3).BatchNorm("bn").Relu());
        Assert.AreEqual(8, Fit(4, ByolPretrainingMethod.Byol, flat).EmbeddingDimension);
    }

    private IDataView Rows => _mlContext.Data.LoadFromEnumerable(_rows);

    private float[][] Embeddings(ByolEmbeddingTransformer model) => TestPictures.Embeddings(model.Transform(Rows));

    private ByolEmbeddingTransformer Fit(int stages, ByolPretrainingMethod method, ByolBackbone? backbone = null)
    {
        var options = TestPictures.TinyRecipe();
        options.Change(recipe => recipe with
        {
            Method = method,
            Encoder = recipe.Encoder with
            {
                EmbeddedStages = stages,
                Backbone = backbone ?? recipe.Encoder.Backbone,
            },
        });
        if (method == ByolPretrainingMethod.Taught)
        {
            options.Teacher = TestTeacher.In(_folder, _rows);
        }
        return _mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(Rows);
    }
}
