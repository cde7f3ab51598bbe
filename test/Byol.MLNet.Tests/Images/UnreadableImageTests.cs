using Microsoft.ML;

namespace Byol.MLNet.Tests.Images;

/// <summary>What a fit and a bulk transform do with images that cannot be read.</summary>
[TestClass]
public class UnreadableImageTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void TrainingSkipsCountsAndNamesThem()
    {
        using var folder = new TemporaryFolder();
        var files = WithBadFiles(folder);
        var warnings = new List<string>();
        _mlContext.Log += (_, entry) => warnings.Add($"{entry.Kind} {entry.RawMessage}");
        var model = Fit(files, ByolUnreadableImage.Skip);
        Assert.HasCount(3, model.UnreadableImages);
        foreach (var name in new[] { "empty.png", "text.png", "gone.png" })
        {
            Assert.IsTrue(model.UnreadableImages.Any(line => line.Contains(name, StringComparison.Ordinal)), name);
        }
        Assert.IsTrue(
            warnings.Any(line => line.StartsWith("Warning 3 images could not be read", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void TrainingThrowsWhereAskedToAndNamesPathRowAndColumn()
    {
        using var folder = new TemporaryFolder();
        var message = Assert.ThrowsExactly<InvalidOperationException>(
            () => Fit(WithBadFiles(folder), ByolUnreadableImage.Throw)).Message;
        Assert.Contains("'Image'", message);
        Assert.Contains("empty.png", message);
        Assert.Contains("row 40", message);
    }

    [TestMethod]
    public void TransformThrowsByDefaultAndNamesPathAndRow()
    {
        using var folder = new TemporaryFolder();
        var files = WithBadFiles(folder);
        var model = Fit(files, ByolUnreadableImage.Skip);
        var view = model.Transform(_mlContext.Data.LoadFromEnumerable(files));
        var message = Assert.ThrowsExactly<InvalidOperationException>(() => TestPictures.Embeddings(view)).Message;
        Assert.Contains("empty.png", message);
        Assert.Contains("row 40", message);
    }

    [TestMethod]
    public void TransformGivesNaNWhereAskedTo()
    {
        using var folder = new TemporaryFolder();
        var files = WithBadFiles(folder);
        var embeddings = TestPictures.Embeddings(
            Fit(files, ByolUnreadableImage.NaN).Transform(_mlContext.Data.LoadFromEnumerable(files)));
        Assert.HasCount(43, embeddings);
        for (var i = 0; i < embeddings.Length; i++)
        {
            Assert.AreEqual(i >= 40, embeddings[i].All(float.IsNaN), $"row {i}");
            Assert.AreEqual(i >= 40, embeddings[i].Any(float.IsNaN), $"row {i}");
        }
    }

    [TestMethod]
    public void NullImageObjectIsUnreadableToo()
    {
        var rows = TestPictures.Rows(40);
        rows[39].Image = null!;
        var options = TestPictures.TinyRecipe();
        options.OnUnreadableImage = ByolUnreadableImage.NaN;
        var data = _mlContext.Data.LoadFromEnumerable(rows);
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(data);
        Assert.HasCount(1, model.UnreadableImages);
        Assert.IsTrue(TestPictures.Embeddings(model.Transform(data))[39].All(float.IsNaN));
    }

    [TestMethod]
    public void NoReadableImageAtAllNamesTheFirstAndWhy()
    {
        using var folder = new TemporaryFolder();
        var files = WithBadFiles(folder)[40..];
        var message = Assert.ThrowsExactly<InvalidOperationException>(
            () => Fit(files, ByolUnreadableImage.Skip)).Message;
        Assert.Contains("Column 'Image': no image could be read; the first: ", message);
        Assert.Contains("empty.png' (row 0): the file is empty", message);
    }

    [TestMethod]
    public void DataWithoutRowsSaysSo() => Assert.AreEqual(
        "Column 'Image': there are no rows.",
        Assert.ThrowsExactly<InvalidOperationException>(() => Fit([], ByolUnreadableImage.Skip)).Message);

    [TestMethod]
    public void AProbeWithoutAReadableImageNamesTheFirst()
    {
        using var folder = new TemporaryFolder();
        var files = WithBadFiles(folder);
        var options = TestPictures.TinyRecipe();
        options.Probe = new ByolProbe(_mlContext.Data.LoadFromEnumerable(files[40..]), "Label");
        var estimator = _mlContext.Transforms.ByolEmbedding("Features", "Image", options);
        var message = Assert.ThrowsExactly<InvalidOperationException>(
            () => estimator.Fit(_mlContext.Data.LoadFromEnumerable(files[..40]))).Message;
        Assert.Contains("Probe: Column 'Image': no image could be read; the first: ", message);
        Assert.Contains("empty.png", message);
    }

    private static FileRow[] WithBadFiles(TemporaryFolder folder)
    {
        var files = TestPictures.Files(folder.Path, 40);
        File.WriteAllBytes(folder["empty.png"], []);
        File.WriteAllText(folder["text.png"], "this is no picture");
        return [
            .. files,
            .. new[] { "empty.png", "text.png", "gone.png" }.Select(
                name => new FileRow { Image = folder[name], Label = "disc" })];
    }

    private ByolEmbeddingTransformer Fit(FileRow[] files, ByolUnreadableImage policy)
    {
        var options = TestPictures.TinyRecipe();
        options.OnUnreadableImage = policy;
        return _mlContext.Transforms.ByolEmbedding("Features", "Image", options)
            .Fit(_mlContext.Data.LoadFromEnumerable(files));
    }
}
