using System.Text.RegularExpressions;
using Microsoft.ML;

namespace Byol.MLNet.Tests.Pretraining;

/// <summary>What a fit finds before it trains, and what becomes of an encoder that it cannot return.</summary>
[TestClass]
public class KeptEncoderTests
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _mlContext = new(1);

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [DataRow(nameof(ByolOptions.ProgressFile))]
    [DataRow(nameof(ByolOptions.TensorBoardDirectory))]
    public void AnOutputThatCannotBeWrittenIsFoundBeforeImagesAreRead(string option)
    {
        File.WriteAllText(_folder["file"], "");
        var options = TestPictures.TinyRecipe();
        var path = _folder["file/below"];
        typeof(ByolOptions).GetProperty(option)!.SetValue(options, path);
        var message = Assert.ThrowsExactly<IOException>(() => Fit(options, Unread())).Message;
        Assert.Contains($"{option} is '{path}'", message);
    }

    [TestMethod]
    public void ATransformerThatCannotBeMadeIsFoundBeforeTraining()
    {
        var options = TestPictures.TinyRecipe();
        var steps = 0;
        options.Progress = new Action<ByolProgress>(_ => steps++).AsProgress();
        // ML.NET writes the encoder to a file there when it loads it.
        TemporaryFolder.Use(
            _folder["nowhere"], () => Assert.Throws<IOException>(() => Fit(options, TestPictures.Rows(32))));
        Assert.AreEqual(0, steps);
    }

    [TestMethod]
    public void ATemporaryFolderThatGoesAwayWhileTrainingLosesNoEncoder()
    {
        var temporary = Directory.CreateDirectory(_folder["temporary"]);
        var options = TestPictures.TinyRecipe();
        options.Progress = new Action<ByolProgress>(_ => temporary.Delete()).AsProgress();
        TemporaryFolder.Use(
            temporary.FullName, () => Fit(options, TestPictures.Rows(32)).SaveOnnx(_folder["encoder.onnx"]));
        AssertWorks(_folder["encoder.onnx"]);
    }

    [TestMethod]
    public void AnErrorBetweenTwoStepsKeepsTheEncoderTrainedSoFar()
    {
        var options = TestPictures.TinyRecipe();
        options.Epochs = 3;
        options.CheckpointDirectory = _folder["run"];
        options.Progress = new Action<ByolProgress>(
            report => throw new ArithmeticException("a program's own error")).AsProgress();
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options, TestPictures.Rows(32)));
        Assert.IsInstanceOfType<ArithmeticException>(exception.InnerException);
        Assert.Contains("failed after step 2 of 6: a program's own error.", exception.Message);
        AssertIsKept(exception, _folder["run"]);
    }

    [TestMethod]
    public void ANegativeGpuIsNamed()
    {
        var mlContext = new MLContext(1) { GpuDeviceId = -1, FallbackToCpu = true };
        var estimator = mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe());
        var message = Assert.ThrowsExactly<InvalidOperationException>(
            () => estimator.Fit(mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32)))).Message;
        Assert.Contains("GpuDeviceId is -1; it must be 0 or more", message);
    }

    private void AssertIsKept(InvalidOperationException exception, string folder)
    {
        var path = Regex.Match(exception.Message, "kept in '([^']+)'").Groups[1].Value;
        Assert.AreEqual(folder, Path.GetDirectoryName(path));
        AssertWorks(path);
        File.Delete(path);
    }

    private void AssertWorks(string path)
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(3));
        var embeddings = TestPictures.Embeddings(
            _mlContext.Transforms.LoadByolEmbedding("Features", "Image", path).Fit(data).Transform(data));
        Assert.HasCount(64, embeddings[0]);
    }

    private ByolEmbeddingTransformer Fit(ByolOptions options, IEnumerable<PictureRow> rows) =>
        _mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(_mlContext.Data.LoadFromEnumerable(rows));

    private static IEnumerable<PictureRow> Unread()
    {
        Assert.Fail("A row was read.");
        yield break;
    }
}
