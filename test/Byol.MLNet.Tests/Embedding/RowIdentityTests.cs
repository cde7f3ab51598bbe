using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Tests.Embedding;

/// <summary>
/// An embedding stands beside its own row, whatever order a source gives its rows in, and whatever ids it gives them.
/// </summary>
[TestClass]
public class RowIdentityTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void ASourceThatIsShuffledAnewAtEachPassKeepsRowsTogether()
    {
        var rows = TestPictures.Rows(120);
        var model = Fit(rows);
        var expected = ByNumber(model, _mlContext.Data.LoadFromEnumerable(rows));
        var shuffled = _mlContext.Data.LoadFromEnumerable(rows.OrderBy(_ => Guid.NewGuid()));
        for (var pass = 0; pass < 3; pass++)
        {
            AssertSame(expected, ByNumber(model, shuffled));
        }
        var view = model.Transform(shuffled);
        AssertSame(expected, ByNumber(view));
        AssertSame(expected, ByNumber(view));
    }

    [TestMethod]
    public void AShuffledSourceTrainsAClassifierOnItsOwnLabels()
    {
        using var folder = new TemporaryFolder();
        var files = TestPictures.ColourFiles(folder.Path, 90);
        var shuffled = _mlContext.Data.LoadFromEnumerable(files.OrderBy(_ => Guid.NewGuid()));
        var encoder = _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe())
            .Fit(_mlContext.Data.LoadFromEnumerable(files));
        var model = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(_mlContext.Transforms.ApplyByolEmbedding("Features", "Image", encoder))
            .Append(_mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
            .Fit(shuffled);
        var accuracy = _mlContext.MulticlassClassification.Evaluate(
            model.Transform(_mlContext.Data.LoadFromEnumerable(files))).MicroAccuracy;
        Assert.IsGreaterThan(0.95, accuracy, "The colours are separable; labels of other pictures give a third.");
    }

    [TestMethod]
    public void AProbeReadsLabelsBesideItsImages()
    {
        using var folder = new TemporaryFolder();
        var files = TestPictures.ColourFiles(folder.Path, 90);
        var data = _mlContext.Data.LoadFromEnumerable(files);
        var shuffled = _mlContext.Data.LoadFromEnumerable(files.OrderBy(_ => Guid.NewGuid()));
        var options = TestPictures.TinyRecipe();
        options.Probe = new ByolProbe(shuffled);
        var encoder = _mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(data);
        Assert.IsGreaterThan(
            0.7, encoder.History[^1].ProbeKnnAccuracy!.Value,
            "The colours are separable; labels of other pictures give a third.");
    }

    [TestMethod]
    public void AListThatChangesBehindItsViewGivesTheRowsThatItHas()
    {
        var rows = TestPictures.Rows(40);
        var list = rows.ToList();
        var data = _mlContext.Data.LoadFromEnumerable(list);
        var model = Fit(rows);
        var expected = ByNumber(model, data);
        list.Reverse();
        AssertSame(expected, ByNumber(model, data));
        var replaced = TestPictures.Rows(40, seed: 9);
        list.Clear();
        list.AddRange(replaced);
        AssertSame(ByNumber(model, _mlContext.Data.LoadFromEnumerable(replaced)), ByNumber(model, data));
        list.Add(new PictureRow { Image = rows[0].Image, Label = "disc", Number = 1000 });
        CollectionAssert.AreEqual(expected[0], ByNumber(model, data)[1000]);
    }

    [TestMethod]
    public void RowIdsThatRepeatDoNotMatter()
    {
        var rows = TestPictures.Rows(40);
        var model = Fit(rows);
        var data = new SameIdView(_mlContext.Data.LoadFromEnumerable(rows));
        AssertSame(ByNumber(model, _mlContext.Data.LoadFromEnumerable(rows)), ByNumber(model, data));
    }

    [TestMethod]
    public void ALinkWhoseTargetIsReplacedGivesItsNewEmbedding()
    {
        using var folder = new TemporaryFolder();
        var files = TestPictures.Files(folder.Path, 32);
        foreach (var file in files)
        {
            File.SetLastWriteTimeUtc(file.Image, DateTime.UtcNow.AddHours(-1));
        }
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe())
            .Fit(_mlContext.Data.LoadFromEnumerable(files));
        var target = folder["target.png"];
        File.Copy(files[0].Image, target);
        File.SetLastWriteTimeUtc(target, DateTime.UtcNow.AddHours(-1));
        var link = File.CreateSymbolicLink(folder["link.png"], target).FullName;
        var data = _mlContext.Data.LoadFromEnumerable([new FileRow { Image = link }]);
        var before = TestPictures.Embeddings(model.Transform(data));
        File.Copy(files[1].Image, target, overwrite: true);
        var other = TestPictures.Embeddings(model.Transform(_mlContext.Data.LoadFromEnumerable([files[1]])));
        CollectionAssert.AreEqual(other[0], TestPictures.Embeddings(model.Transform(data))[0]);
        CollectionAssert.AreNotEqual(before[0], other[0]);
    }

    [TestMethod]
    public void AFileThatIsReplacedGivesItsNewEmbeddingAndAMissingOneAnError()
    {
        using var folder = new TemporaryFolder();
        var files = TestPictures.Files(folder.Path, 32);
        foreach (var file in files)
        {
            File.SetLastWriteTimeUtc(file.Image, DateTime.UtcNow.AddHours(-1));
        }
        var data = _mlContext.Data.LoadFromEnumerable(files);
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(data);
        var view = model.Transform(data);
        var before = TestPictures.Embeddings(view);
        TestPictures.Embeddings(view);
        Assert.AreEqual(32, model.ComputedEmbeddings);

        File.Copy(files[1].Image, files[0].Image, overwrite: true);
        var after = TestPictures.Embeddings(view);
        CollectionAssert.AreEqual(before[1], after[0]);
        CollectionAssert.AreEqual(before[1..], after[1..], StructuralComparer.Instance);

        File.Delete(files[5].Image);
        var message = Assert.ThrowsExactly<InvalidOperationException>(() => TestPictures.Embeddings(view)).Message;
        Assert.Contains(files[5].Image, message);
        Assert.Contains("row 5", message);
    }

    [TestMethod]
    public void AFileThatIsWrittenAgainAtOnceIsNotTakenForTheOldOne()
    {
        using var folder = new TemporaryFolder();
        var files = TestPictures.Files(folder.Path, 32);
        // However long the fit takes, it is a file of just now.
        var time = DateTime.UtcNow.AddMinutes(5);
        File.SetLastWriteTimeUtc(files[0].Image, time);
        var data = _mlContext.Data.LoadFromEnumerable(files);
        var view = _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe())
            .Fit(data)
            .Transform(data);
        var before = TestPictures.Embeddings(view);
        // Same length, same time of change, other pixels: bitmaps have a length of their own.
        var (first, second) = (File.ReadAllBytes(files[0].Image), File.ReadAllBytes(files[1].Image));
        File.WriteAllBytes(files[0].Image, [.. second, .. new byte[Math.Max(first.Length - second.Length, 0)]]);
        File.SetLastWriteTimeUtc(files[0].Image, time);
        CollectionAssert.AreEqual(before[1], TestPictures.Embeddings(view)[0]);
    }

    [TestMethod]
    public void RowsWithTheirImagesKeepTheirEmbeddings()
    {
        var rows = TestPictures.Rows(40);
        var model = Fit(rows);
        var data = _mlContext.Data.LoadFromEnumerable(rows);
        var expected = ByNumber(model, data);
        var read = _mlContext.Data.CreateEnumerable<PictureAndEmbedding>(model.Transform(data), reuseRowObject: false)
            .ToArray();
        foreach (var row in read)
        {
            CollectionAssert.AreEqual(expected[(int)row.Number], row.Features);
            Assert.IsTrue(row.Image.Pixels.SequenceEqual(rows[(int)row.Number].Image.Pixels));
        }
    }

    [TestMethod]
    public void PassedColumnsOfAllTypesKeepTheirValues()
    {
        var pictures = TestPictures.Rows(300);
        WideRow[] rows = [
            .. pictures.Select(
                (row, i) => new WideRow
                {
                    Image = row.Image,
                    Text = $"row {i}",
                    Words = [$"a{i}", $"b{i}"],
                    Values = [i, -i],
                    Key = (uint)i % 7,
                    Flag = i % 2 == 0,
                    Time = new DateTime(2000 + i, 1, 1),
                })];
        var data = _mlContext.Data.LoadFromEnumerable(rows);
        var read = _mlContext.Data.CreateEnumerable<WideOutput>(Fit(pictures).Transform(data), reuseRowObject: false)
            .ToArray();
        Assert.HasCount(rows.Length, read);
        for (var i = 0; i < rows.Length; i++)
        {
            var (expected, actual) = (rows[i], read[i]);
            Assert.AreEqual(
                (expected.Text, expected.Key, expected.Flag, expected.Time),
                (actual.Text, actual.Key, actual.Flag, actual.Time));
            CollectionAssert.AreEqual(expected.Words, actual.Words);
            CollectionAssert.AreEqual(expected.Values, actual.Values);
        }
    }

    [TestMethod]
    public void FoldsOfACrossValidationShareTheEmbeddings()
    {
        using var folder = new TemporaryFolder();
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.ColourFiles(folder.Path, 60));
        var encoder = _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(data);
        encoder.SaveOnnx(folder["encoder.onnx"]);
        var pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(_mlContext.Transforms.LoadByolEmbedding("Features", "Image", folder["encoder.onnx"]))
            .Append(_mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
        var results = _mlContext.MulticlassClassification.CrossValidate(data, pipeline, numberOfFolds: 4);
        var computed = results.Sum(
            fold => ((IEnumerable<ITransformer>)fold.Model).OfType<ByolEmbeddingTransformer>()
                .Single().ComputedEmbeddings);
        Assert.AreEqual(60, computed);
        Assert.IsGreaterThan(0.9, results.Average(fold => fold.Metrics.MicroAccuracy));
    }

    private ByolEmbeddingTransformer Fit(PictureRow[] rows) =>
        _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe())
            .Fit(_mlContext.Data.LoadFromEnumerable(rows));

    private static Dictionary<int, float[]> ByNumber(ByolEmbeddingTransformer model, IDataView data) =>
        ByNumber(model.Transform(data));

    private static Dictionary<int, float[]> ByNumber(IDataView view)
    {
        var result = new Dictionary<int, float[]>();
        using var cursor = view.GetRowCursor([view.Schema["Number"], view.Schema["Features"]]);
        var number = cursor.GetGetter<float>(view.Schema["Number"]);
        var features = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        var (key, value) = (0f, default(VBuffer<float>));
        while (cursor.MoveNext())
        {
            number(ref key);
            features(ref value);
            result.Add((int)key, [.. value.DenseValues()]);
        }
        return result;
    }

    private static void AssertSame(Dictionary<int, float[]> expected, Dictionary<int, float[]> actual)
    {
        Assert.HasCount(expected.Count, actual);
        foreach (var (row, embedding) in expected)
        {
            Assert.IsLessThan(1e-5, TestPictures.LargestDifference([embedding], [actual[row]]), $"row {row}");
        }
    }

    private sealed class PictureAndEmbedding
    {
        [Microsoft.ML.Transforms.Image.ImageType(TestPictures.Side, TestPictures.Side)]
        public MLImage Image { get; set; } = null!;

        public float Number { get; set; }

        public float[] Features { get; set; } = [];
    }

    private class WideOutput
    {
        public string Text { get; set; } = "";

        [VectorType(2)]
        public string[] Words { get; set; } = [];

        [VectorType(2)]
        public float[] Values { get; set; } = [];

        public uint Key { get; set; }

        public bool Flag { get; set; }

        public DateTime Time { get; set; }
    }

    private sealed class WideRow : WideOutput
    {
        [Microsoft.ML.Transforms.Image.ImageType(TestPictures.Side, TestPictures.Side)]
        public MLImage Image { get; set; } = null!;
    }

    private sealed class StructuralComparer : System.Collections.IComparer
    {
        public static readonly StructuralComparer Instance = new();

        public int Compare(object? x, object? y) => ((float[])x!).SequenceEqual((float[])y!) ? 0 : 1;
    }
}

/// <summary>A view whose rows all have one id.</summary>
internal sealed class SameIdView(IDataView source) : IDataView
{
    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(source.GetRowCursor(columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded)];

    private sealed class Cursor(DataViewRowCursor source) : DataViewRowCursor
    {
        public override DataViewSchema Schema => source.Schema;

        public override long Position => source.Position;

        public override long Batch => source.Batch;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            source.GetGetter<TValue>(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = default;

        public override bool IsColumnActive(DataViewSchema.Column column) => source.IsColumnActive(column);

        public override bool MoveNext() => source.MoveNext();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                source.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
