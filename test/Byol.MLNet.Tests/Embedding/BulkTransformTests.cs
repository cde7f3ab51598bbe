using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Tests.Embedding;

/// <summary>The batched, remembering view: the same values as the stock chain, computed once.</summary>
[TestClass]
public class BulkTransformTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    [DataRow(16, DisplayName = "images of the stored size")]
    [DataRow(57, DisplayName = "larger images")]
    public void BulkPathEqualsTheStockChain(int side)
    {
        using var folder = new TemporaryFolder();
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Files(folder.Path, 150, side: side));
        var model = Fit(data);
        _mlContext.Model.Save(model, data.Schema, folder["model.zip"]);
        var stock = _mlContext.Model.Load(folder["model.zip"], out _);
        var bulk = TestPictures.Embeddings(model.Transform(data));
        Assert.IsLessThan(1e-4, TestPictures.LargestDifference(TestPictures.Embeddings(stock.Transform(data)), bulk));
        Assert.IsGreaterThan(
            1e-3, TestPictures.LargestDifference([bulk[0]], [bulk[1]]), "Different images must differ.");
    }

    [TestMethod]
    public void SdcaWithoutACacheComputesEachEmbeddingOnce()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(150));
        var pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(_mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()))
            .Append(_mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 20));
        var model = pipeline.Fit(data);
        var embedding = model.OfType<ByolEmbeddingTransformer>().Single();
        Assert.AreEqual(150, embedding.ComputedEmbeddings);

        // The label's mapping makes a new view, so this also proves that the memory outlives one.
        Assert.HasCount(150, model.Transform(data).GetColumn<uint>("PredictedLabel").ToArray());
        Assert.AreEqual(150, embedding.ComputedEmbeddings);
    }

    [TestMethod]
    public void RowsOfFitAreNotEmbeddedAgain()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(40));
        var model = Fit(data);
        var first = TestPictures.Embeddings(model.Transform(data));
        var second = TestPictures.Embeddings(model.Transform(data));
        Assert.AreEqual(40, model.ComputedEmbeddings);
        Assert.AreEqual(0, TestPictures.LargestDifference(first, second));
    }

    [TestMethod]
    public void MemoryKeepsToItsLimit()
    {
        var options = TestPictures.TinyRecipe();
        options.EmbeddingMemoryBytes = 10 * 64 * sizeof(float);
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(40));
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(data);
        var first = TestPictures.Embeddings(model.Transform(data));
        Assert.IsLessThan(1e-5, TestPictures.LargestDifference(first, TestPictures.Embeddings(model.Transform(data))));
        Assert.AreEqual(40 + 30, model.ComputedEmbeddings);
    }

    [TestMethod]
    public void NothingIsComputedWhereTheEmbeddingIsNotAskedFor()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(40));
        var model = Fit(data);
        Assert.HasCount(40, model.Transform(data).GetColumn<string>("Label").ToArray());
        Assert.AreEqual(0, model.ComputedEmbeddings);
    }

    [TestMethod]
    public void ShuffledRowsKeepTheirEmbeddings()
    {
        using var folder = new TemporaryFolder();
        var data = _mlContext.Data.Cache(_mlContext.Data.LoadFromEnumerable(TestPictures.Files(folder.Path, 60)));
        var view = Fit(data).Transform(data);
        Assert.IsTrue(view.CanShuffle);
        var inOrder = ByPath(view.GetRowCursor(view.Schema));
        var shuffled = ByPath(view.GetRowCursor(view.Schema, new Random(3)));
        CollectionAssert.AreNotEqual(inOrder.Keys.ToArray(), shuffled.Keys.ToArray());
        foreach (var (path, embedding) in inOrder)
        {
            CollectionAssert.AreEqual(embedding, shuffled[path]);
        }

        Dictionary<string, float[]> ByPath(DataViewRowCursor cursor)
        {
            using (cursor)
            {
                var result = new Dictionary<string, float[]>();
                var image = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Image"]);
                var features = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
                ReadOnlyMemory<char> path = default;
                VBuffer<float> value = default;
                while (cursor.MoveNext())
                {
                    image(ref path);
                    features(ref value);
                    result.Add(path.ToString(), value.DenseValues().ToArray());
                }
                return result;
            }
        }
    }

    [TestMethod]
    public void TwoThreadsReadOneView()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(200));
        var view = Fit(data).Transform(data);
        var results = new float[4][][];
        Parallel.For(0, results.Length, i => results[i] = TestPictures.Embeddings(view));
        foreach (var result in results)
        {
            Assert.IsLessThan(1e-5, TestPictures.LargestDifference(results[0], result));
        }
    }

    [TestMethod]
    public void PredictionEnginesOfSeveralThreadsAgreeAndOutliveEachOther()
    {
        var rows = TestPictures.Rows(40);
        var data = _mlContext.Data.LoadFromEnumerable(rows);
        var model = Fit(data);
        var expected = TestPictures.Embeddings(model.Transform(data));
        var engines = Enumerable.Range(0, 3)
            .Select(_ => _mlContext.Model.CreatePredictionEngine<PictureRow, EmbeddingRow>(model))
            .ToArray();
        var results = new float[engines.Length][][];
        Parallel.For(0, engines.Length, i => results[i] = [.. rows.Select(row => engines[i].Predict(row).Features)]);
        foreach (var result in results)
        {
            Assert.IsLessThan(1e-4, TestPictures.LargestDifference(expected, result));
        }

        engines[0].Dispose();
        Assert.IsLessThan(1e-4, TestPictures.LargestDifference([expected[0]], [engines[1].Predict(rows[0]).Features]));
    }

    [TestMethod]
    public void CallersImagesStayAliveAndUnchangedAtTheStoredSize()
    {
        var rows = TestPictures.Rows(150);
        byte[][] before = [.. rows.Select(row => row.Image.Pixels.ToArray())];
        var data = _mlContext.Data.LoadFromEnumerable(rows);
        var model = Fit(data);
        TestPictures.Embeddings(model.Transform(data));
        using (var engine = _mlContext.Model.CreatePredictionEngine<PictureRow, EmbeddingRow>(model))
        {
            engine.Predict(rows[0]);
        }
        for (var i = 0; i < rows.Length; i++)
        {
            Assert.IsTrue(rows[i].Image.Pixels.SequenceEqual(before[i]), $"image {i}");
        }
    }

    private ByolEmbeddingTransformer Fit(IDataView data) =>
        _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(data);
}
