using System.Runtime.CompilerServices;
using Byol.MLNet.Embedding;
using Microsoft.ML;

namespace Byol.MLNet.Tests.Embedding;

/// <summary>What transformers take of the system is given back.</summary>
[TestClass]
[DoNotParallelize]
public class ResourceTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void AHundredFitsLeaveNoFilesAndNoHandles()
    {
        using var folder = new TemporaryFolder();
        using var temporary = new TemporaryFolder();
        var rows = TestPictures.Rows(16);
        var data = _mlContext.Data.LoadFromEnumerable(rows);
        _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe())
            .Fit(data)
            .SaveOnnx(folder["encoder.onnx"]);
        TemporaryFolder.Use(temporary.Path, () =>
        {
            FitAndUse(folder["encoder.onnx"], rows, dispose: true);
            var before = OpenFiles();
            for (var i = 0; i < 100; i++)
            {
                FitAndUse(folder["encoder.onnx"], rows, dispose: true);
            }
            Assert.IsLessThanOrEqualTo(before + 5, OpenFiles());
            Assert.IsEmpty(Directory.GetFileSystemEntries(temporary.Path));
        });
    }

    [TestMethod]
    public void TransformersThatNobodyDisposesAreFreedByTheCollector()
    {
        using var folder = new TemporaryFolder();
        using var temporary = new TemporaryFolder();
        var rows = TestPictures.Rows(16);
        var data = _mlContext.Data.LoadFromEnumerable(rows);
        _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe())
            .Fit(data)
            .SaveOnnx(folder["encoder.onnx"]);
        TemporaryFolder.Use(temporary.Path, () =>
        {
            FitAndUse(folder["encoder.onnx"], rows, dispose: false);
            Collect();
            var (files, memory) = (OpenFiles(), GC.GetTotalMemory(forceFullCollection: true));
            for (var i = 0; i < 20; i++)
            {
                FitAndUse(folder["encoder.onnx"], rows, dispose: false);
            }
            Collect();
            Assert.IsLessThanOrEqualTo(files + 2, OpenFiles());
            Assert.IsLessThan(memory + 1_000_000, GC.GetTotalMemory(forceFullCollection: true));
            Assert.IsEmpty(Directory.GetFileSystemEntries(temporary.Path));
        });
    }

    [TestMethod]
    public void ADisposedTransformerCanBeUsedAgainAndSaved()
    {
        using var folder = new TemporaryFolder();
        var rows = TestPictures.Rows(32);
        var data = _mlContext.Data.LoadFromEnumerable(rows);
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(data);
        var expected = TestPictures.Embeddings(model.Transform(data));
        model.Dispose();
        Assert.AreEqual(0, TestPictures.LargestDifference(expected, TestPictures.Embeddings(model.Transform(data))));
        model.Dispose();
        _mlContext.Model.Save(model, data.Schema, folder["model.zip"]);
        var loaded = _mlContext.Model.Load(folder["model.zip"], out _);
        Assert.IsLessThan(
            1e-4, TestPictures.LargestDifference(expected, TestPictures.Embeddings(loaded.Transform(data))));
    }

    [TestMethod]
    public void AChainsDisposeWaitsForTheRowsThatAreRead()
    {
        var rows = TestPictures.Rows(300);
        var data = _mlContext.Data.LoadFromEnumerable(rows);
        var model = _mlContext.Transforms.CopyColumns("Copy", "Number")
            .Append(_mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe())).Fit(data);
        var expected = TestPictures.Embeddings(model.Transform(data));
        // Other pictures, which are not remembered.
        var others = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(300, seed: 8));
        var view = model.Transform(others);
        using (var cursor = view.GetRowCursor([view.Schema["Features"]]))
        {
            Assert.IsTrue(cursor.MoveNext());
            model.Dispose();
            var read = 1;
            while (cursor.MoveNext())
            {
                read++;
            }
            Assert.AreEqual(300, read);
        }
        Assert.AreEqual(0, TestPictures.LargestDifference(expected, TestPictures.Embeddings(model.Transform(data))));
    }

    /// <summary>ML.NET gives its file a random name, at which ONNX Runtime stumbles where it ends in .ort.</summary>
    [TestMethod]
    public void AModelThatIsRefusedForItsFilesNameIsLoadedUnderAnother()
    {
        var refusal = Assert.Throws<Microsoft.ML.OnnxRuntime.OnnxRuntimeException>(
            () => new Microsoft.ML.OnnxRuntime.InferenceSession([1, 2, 3]));
        var tries = 0;
        using var chain = new StockChain(_mlContext.Transforms, catalog => ++tries == 1
            ? throw new InvalidOperationException("Error initializing model", refusal)
            : catalog.CopyColumns("Copy", "Number").Fit(_mlContext.Data.LoadFromEnumerable(TestPictures.Rows(1))));
        Assert.IsTrue(chain.Transformer.IsRowToRowMapper);
        Assert.AreEqual(2, tries);
    }

    [TestMethod]
    public void ConversionToOnnxIsRefusedInASentence()
    {
        using var folder = new TemporaryFolder();
        var files = TestPictures.ColourFiles(folder.Path, 32);
        var data = _mlContext.Data.LoadFromEnumerable(files);
        var model = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(_mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()))
            .Append(_mlContext.Transforms.NormalizeMeanVariance("Features"))
            .Append(_mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
            .Fit(data);
        using var stream = new MemoryStream();
        var message = Assert.ThrowsExactly<InvalidOperationException>(
            () => _mlContext.Model.ConvertToOnnx(model, data, stream)).Message;
        Assert.Contains("SaveOnnx", message);
        Assert.Contains("mlContext.Model.Save", message);
        Assert.AreEqual(0, stream.Length);
    }

    // Not inlined, so that nothing of it is left on the stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FitAndUse(string file, PictureRow[] rows, bool dispose)
    {
        var data = _mlContext.Data.LoadFromEnumerable(rows);
        var model = _mlContext.Transforms.LoadByolEmbedding("Features", "Image", file).Fit(data);
        Assert.HasCount(rows.Length, TestPictures.Embeddings(model.Transform(data)));
        using var saved = new MemoryStream();
        _mlContext.Model.Save(model, data.Schema, saved);
        if (dispose)
        {
            model.Dispose();
        }
        else
        {
            Assert.HasCount(
                64, _mlContext.Model.CreatePredictionEngine<PictureRow, EmbeddingRow>(model).Predict(rows[0]).Features);
        }
    }

    private static void Collect()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static int OpenFiles() =>
        Directory.Exists("/proc/self/fd") ? Directory.GetFileSystemEntries("/proc/self/fd").Length : 0;
}
