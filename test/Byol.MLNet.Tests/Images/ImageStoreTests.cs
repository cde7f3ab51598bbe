using Byol.MLNet.Images;
using Microsoft.ML;

namespace Byol.MLNet.Tests.Images;

/// <summary>Training images in memory and in a mapped file.</summary>
[TestClass]
public class ImageStoreTests
{
    [TestMethod]
    public void AFitWhoseImagesGoToAFileGivesTheSameEncoder()
    {
        using var folder = new TemporaryFolder();
        using var temporary = new TemporaryFolder();
        byte[] Train(long imageMemoryBytes, string name)
        {
            var mlContext = new MLContext(1);
            var messages = new List<string>();
            mlContext.Log += (_, entry) => messages.Add(entry.RawMessage);
            var options = TestPictures.TinyRecipe();
            options.ImageMemoryBytes = imageMemoryBytes;
            mlContext.Transforms.ByolEmbedding("Features", "Image", options)
                .Fit(mlContext.Data.LoadFromEnumerable(TestPictures.Rows(40)))
                .SaveOnnx(folder[name]);
            Assert.AreEqual(
                imageMemoryBytes == 0 || imageMemoryBytes == 5_000,
                messages.Any(message => message.Contains("temporary file", StringComparison.Ordinal)));
            return File.ReadAllBytes(folder[name]);
        }

        var inMemory = Train(1L << 30, "memory.onnx");
        TemporaryFolder.Use(temporary.Path, () =>
        {
            CollectionAssert.AreEqual(inMemory, Train(0, "file.onnx"));
            // Some images were already in memory when the limit was met.
            CollectionAssert.AreEqual(inMemory, Train(5_000, "mapped.onnx"));
        });
        Assert.IsEmpty(Directory.GetFiles(temporary.Path, "byol-images-*"));
    }

    [TestMethod]
    public void AFileThatCannotBeMadeIsNamed()
    {
        using var folder = new TemporaryFolder();
        using var store = new ImageStore(TestPictures.Side, maximumBytes: 0);
        TemporaryFolder.Use(folder["nowhere"], () =>
        {
            var error = Assert.ThrowsExactly<IOException>(
                () => store.Add(new byte[3 * TestPictures.Side * TestPictures.Side]));
            Assert.Contains("ImageMemoryBytes", error.Message);
            Assert.Contains("nowhere", error.Message);
        });
    }

    [TestMethod]
    public void AFolderForTemporaryFilesThatIsNotThereIsNamedBeforeTraining()
    {
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext(1);
        var data = mlContext.Data.LoadFromEnumerable(TestPictures.Rows(20));
        TemporaryFolder.Use(folder["nowhere"], () =>
        {
            var estimator = mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe());
            var error = Assert.ThrowsExactly<IOException>(() => estimator.Fit(data));
            Assert.Contains("folder for temporary files", error.Message);
            Assert.Contains("nowhere", error.Message);
        });
    }
}
