using Byol.MLNet.Onnx;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Tests;

/// <summary>What ML.NET's own test suite asks of every estimator, and what its users notice.</summary>
[TestClass]
public class EstimatorTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void OptionsMayBeWrittenWithoutTheirTypeOrAsNull()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(16));
        var options = _mlContext.Transforms.ByolEmbedding("Features", "Image", new() { Epochs = 0 });
        Assert.ThrowsExactly<ArgumentException>(() => options.Fit(data));
        Assert.IsNotNull(_mlContext.Transforms.ByolEmbedding("Features", "Image", null));
    }

    [TestMethod]
    public void EstimatorsSchemaIsTheTransformedDatas()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32));
        var estimator = _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe());
        var shape = estimator.GetOutputSchema(SchemaShapeOf(data));
        var model = estimator.Fit(data);
        var transformed = model.Transform(data).Schema;

        CollectionAssert.AreEquivalent(
            transformed.Select(column => column.Name).ToArray(), shape.Select(column => column.Name).ToArray());
        var features = shape.Single(column => column.Name == "Features");
        Assert.AreEqual(SchemaShape.Column.VectorKind.Vector, features.Kind);
        Assert.AreEqual(NumberDataViewType.Single, features.ItemType);
        Assert.AreEqual(model.EmbeddingDimension, ((VectorDataViewType)transformed["Features"].Type).Size);
        Assert.AreEqual(transformed.ToString(), model.GetOutputSchema(data.Schema).ToString());
        CollectionAssert.AreEqual(
            transformed.Select(column => $"{column.Name} {column.Type}").ToArray(),
            model.GetOutputSchema(data.Schema).Select(column => $"{column.Name} {column.Type}").ToArray());
    }

    [TestMethod]
    public void WithoutARecipeTheEncoderIsTaughtWhereThereIsATeacher()
    {
        using var folder = new TemporaryFolder();
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(ByolRecipe.Fast.BatchSize));
        _mlContext.Transforms.ByolEmbedding("Features", "Image", new() { Epochs = 1 })
            .Fit(data)
            .SaveOnnx(folder["model.onnx"]);

        Assert.AreEqual("taught", FrozenEncoder.Load(folder["model.onnx"]).Metadata.Recipe.Name);
    }

    [TestMethod]
    public void ImagesThatAResizeHandsOnStayTheCallers()
    {
        var rows = TestPictures.Rows(32);
        var options = TestPictures.TinyRecipe();
        _mlContext.Transforms.ResizeImages("Small", TestPictures.Side, TestPictures.Side, "Image")
            .Append(_mlContext.Transforms.ByolEmbedding("Features", "Small", options))
            .Fit(_mlContext.Data.LoadFromEnumerable(rows));
        Assert.IsTrue(
            rows.All(row => row.Image.Width == TestPictures.Side), "An image that was disposed has no width.");
    }

    [TestMethod]
    public void PathColumnsSchemaHasNoWorkingColumns()
    {
        using var folder = new TemporaryFolder();
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Files(folder.Path, 32));
        var estimator = _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe());
        string[] expected = ["Image", "Label", "Features"];
        CollectionAssert.AreEquivalent(
            expected, estimator.GetOutputSchema(SchemaShapeOf(data)).Select(column => column.Name).ToArray());
        var model = estimator.Fit(data);
        CollectionAssert.AreEqual(expected, model.Transform(data).Schema.Select(column => column.Name).ToArray());
        CollectionAssert.AreEqual(
            expected,
            model.GetRowToRowMapper(data.Schema).OutputSchema
                .Where(column => !column.IsHidden)
                .Select(column => column.Name)
                .ToArray());
    }

    [TestMethod]
    public void MissingColumnIsNamedInFitAndInGetOutputSchema()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32));
        var estimator = _mlContext.Transforms.ByolEmbedding("Features", "Picture", TestPictures.TinyRecipe());
        Assert.Contains(
            "'Picture'", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(data)).Message);
        Assert.Contains(
            "'Picture'",
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(
                () => estimator.GetOutputSchema(SchemaShapeOf(data))).Message);
    }

    [TestMethod]
    public void ColumnOfAnotherTypeIsNamedWithItsType()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32));
        var estimator = _mlContext.Transforms.ByolEmbedding("Features", "Number", TestPictures.TinyRecipe());
        var message = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(data)).Message;
        Assert.Contains("'Number'", message);
        Assert.Contains("Single", message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(SchemaShapeOf(data)));
    }

    [TestMethod]
    [DataRow("PretrainingData")]
    [DataRow("Probe")]
    [DataRow("the rows given to Fit")]
    public void AMissingColumnSaysWhichDataLacksIt(string expected)
    {
        var images = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32));
        var without = _mlContext.Transforms.DropColumns("Image").Fit(images).Transform(images);
        var options = TestPictures.TinyRecipe();
        options.PretrainingData = expected == "PretrainingData" ? without : null;
        options.Probe = expected == "Probe" ? new ByolProbe(without, "Label") : null;
        var estimator = _mlContext.Transforms.ByolEmbedding("Features", "Image", options);
        var message = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => estimator.Fit(expected.Contains("Fit", StringComparison.Ordinal) ? without : images)).Message;
        Assert.Contains($"The input column 'Image' does not exist in {expected}.", message);
        Assert.DoesNotContain("(Parameter", message);
    }

    [TestMethod]
    public void AVectorAndAKeyAreNamedAsSuch()
    {
        var rows = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(8));
        var data = _mlContext.Transforms.Text.TokenizeIntoWords("Vector", "Label")
            .Append(_mlContext.Transforms.Conversion.MapValueToKey("Key", "Label")).Fit(rows).Transform(rows);
        string Message(string column) => Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _mlContext.Transforms.ByolEmbedding("Features", column).GetOutputSchema(SchemaShapeOf(data))).Message;
        Assert.Contains("'Vector' is of type Vector<String>;", Message("Vector"));
        Assert.Contains("'Key' is of type Key<UInt32>;", Message("Key"));
    }

    [TestMethod]
    public void CacheCheckpointBeforeTheEmbeddingIsExplained()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32));
        var pipeline = _mlContext.Transforms.CopyColumns("Copy", "Label").AppendCacheCheckpoint(_mlContext)
            .Append(_mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()));
        Assert.Contains(
            "AppendCacheCheckpoint",
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => pipeline.Fit(data)).Message);
    }

    [TestMethod]
    public void RowMapperAgreesWithTransform()
    {
        var rows = TestPictures.Rows(32);
        var data = _mlContext.Data.LoadFromEnumerable(rows);
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(data);
        Assert.IsTrue(model.IsRowToRowMapper);
        var expected = TestPictures.Embeddings(model.Transform(data));
        using var engine = _mlContext.Model.CreatePredictionEngine<PictureRow, EmbeddingRow>(model);
        var single = rows.Select(row => engine.Predict(row).Features).ToArray();
        Assert.IsLessThan(1e-4, TestPictures.LargestDifference(expected, single));
    }

    [TestMethod]
    public void SavedAndLoadedGivesTheSameValues()
    {
        using var folder = new TemporaryFolder();
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(40));
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(data);
        _mlContext.Model.Save(model, data.Schema, folder["model.zip"]);
        var loaded = new MLContext().Model.Load(folder["model.zip"], out _);
        var difference = TestPictures.LargestDifference(
            TestPictures.Embeddings(model.Transform(data)), TestPictures.Embeddings(loaded.Transform(data)));
        Assert.IsLessThan(1e-4, difference);
    }

    [TestMethod]
    public void OutputMayTakeTheInputsName()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32));
        var model = _mlContext.Transforms.ByolEmbedding("Image", options: TestPictures.TinyRecipe()).Fit(data);
        Assert.HasCount(model.EmbeddingDimension, TestPictures.Embeddings(model.Transform(data), "Image")[0]);
    }

    [TestMethod]
    public void PretrainingDataIsTrainedOnInsteadOfTheRowsOfFit()
    {
        var many = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(64, seed: 7));
        var few = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(6));
        var options = TestPictures.TinyRecipe();
        options.PretrainingData = many;
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(few);
        Assert.AreEqual(4, model.History[^1].Step);
        Assert.HasCount(6, TestPictures.Embeddings(model.Transform(few)));
    }

    [TestMethod]
    public void FittedEncoderIsUsedWithoutTrainingAgain()
    {
        using var folder = new TemporaryFolder();
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32));
        var fitted = _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(data);
        fitted.SaveOnnx(folder["model.onnx"]);
        var expected = TestPictures.Embeddings(fitted.Transform(data));
        var again = _mlContext.Transforms.ApplyByolEmbedding("Other", "Image", fitted).Fit(data);
        var loaded = _mlContext.Transforms.LoadByolEmbedding("Other", "Image", folder["model.onnx"]).Fit(data);
        Assert.AreEqual(
            0, TestPictures.LargestDifference(expected, TestPictures.Embeddings(again.Transform(data), "Other")));
        Assert.AreEqual(
            0, TestPictures.LargestDifference(expected, TestPictures.Embeddings(loaded.Transform(data), "Other")));
        Assert.IsEmpty(again.History);
    }

    [TestMethod]
    public void NormalizedEmbeddingHasUnitLength()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32));
        var options = TestPictures.TinyRecipe();
        options.Change(recipe => recipe with { Encoder = recipe.Encoder with { NormalizeEmbedding = true } });
        var embedded = _mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(data).Transform(data);
        foreach (var embedding in TestPictures.Embeddings(embedded))
        {
            Assert.AreEqual(1, Math.Sqrt(embedding.Sum(value => (double)value * value)), 1e-4);
        }
    }

    [TestMethod]
    public void LogHasALineAnEpochTheVerdictAndTheStemsWarning()
    {
        var lines = new List<string>();
        _mlContext.Log += (_, entry) => lines.Add($"{entry.Kind} {entry.RawMessage}");
        var options = TestPictures.TinyRecipe();
        options.Change(recipe => recipe with
        {
            Encoder = recipe.Encoder with { Stem = ByolStem.Standard, ImageSize = 32 },
        });
        options.Epochs = 2;
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", options)
            .Fit(_mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32)));
        Assert.HasCount(1, lines.Where(line => line.EndsWith($" {model.Verdict}", StringComparison.Ordinal)));
        Assert.HasCount(2, lines.Where(line => line.StartsWith("Info Epoch ", StringComparison.Ordinal)));
        Assert.HasCount(1, lines.Where(line => line.StartsWith("Warning The standard stem", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void OptionsAreLeftAsTheyWere()
    {
        var options = TestPictures.TinyRecipe();
        options.Seed = null;
        var before = Describe(options);
        _mlContext.Transforms.ByolEmbedding("Features", "Image", options)
            .Fit(_mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32)));
        Assert.AreEqual(before, Describe(options));

        static string Describe(ByolOptions options) =>
            string.Join(
                "; ",
                typeof(ByolOptions).GetProperties()
                    .Select(property => $"{property.Name}={property.GetValue(options)}"));
    }

    /// <summary>ML.NET makes a shape from a schema inside EstimatorChain only.</summary>
    private static SchemaShape SchemaShapeOf(IDataView data)
    {
        var create = typeof(SchemaShape).GetMethod(
            "Create", System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!;
        return (SchemaShape)create.Invoke(null, [data.Schema])!;
    }
}

internal sealed class EmbeddingRow
{
    public float[] Features { get; set; } = [];
}
