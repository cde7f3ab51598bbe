using Microsoft.ML;

namespace Byol.MLNet.Tests.Pretraining;

/// <summary>A fit that is cancelled before its first step has trained nothing: it throws whatever the options say, and
/// writes nothing.</summary>
[TestClass]
public class CancellationTests
{
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _source = new();

    [TestCleanup]
    public void Cleanup()
    {
        _source.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void BeforeTheFit(bool hasBudget)
    {
        _source.Cancel();
        AssertNothingComes(Options(hasBudget), TestPictures.Rows(64));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void WhileImagesAreRead(bool hasBudget) =>
        AssertNothingComes(Options(hasBudget), CancellingAt(row: 40, TestPictures.Rows(300)));

    [TestMethod]
    public void WhileAProbeIsRead()
    {
        var options = Options(hasBudget: false);
        options.Probe = new ByolProbe(
            new MLContext(1).Data.LoadFromEnumerable(CancellingAt(row: 320, TestPictures.Rows(600))));
        AssertNothingComes(options, TestPictures.Rows(64));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void AfterTheImagesAndBeforeAStep(bool hasBudget) =>
        AssertNothingComes(
            Options(hasBudget),
            TestPictures.Rows(64),
            line => line.Contains("Pretraining on", StringComparison.Ordinal));

    [TestMethod]
    public void AfterAStepTheEncoderIsKept()
    {
        var options = Options(hasBudget: true);
        options.ProgressEvery = 1;
        options.Progress = new Action<ByolProgress>(report =>
        {
            if (report.Step == 2)
            {
                _source.Cancel();
            }
        }).AsProgress();
        var model = Fit(options, TestPictures.Rows(64));
        Assert.IsTrue(model.WasCancelled);
        Assert.IsTrue(Directory.Exists(_folder["run/step-2"]));
    }

    [TestMethod]
    public void AStoppedRunSaysWhatItsEncoderLacks()
    {
        var options = Options(hasBudget: false);
        options.Change(recipe => recipe with
        {
            Encoder = recipe.Encoder with { Whitening = ByolWhitening.Zca },
            Adaptation = recipe.Adaptation with { ReestimatesBatchNorm = true },
        });
        options.Progress = new Action<ByolProgress>(_ => _source.Cancel()).AsProgress();
        var lines = new List<string>();
        var model = Fit(options, TestPictures.Rows(64), line =>
        {
            lines.Add(line);
            return false;
        });
        Assert.IsTrue(model.WasCancelled);
        Assert.ContainsSingle(line => line.Contains("before batch norm was estimated anew"), lines);
        Assert.ContainsSingle(line => line.Contains("before its embeddings were whitened (Zca)"), lines);
    }

    [TestMethod]
    [DataRow(ByolCancellation.KeepTrained)]
    [DataRow(ByolCancellation.Throw)]
    public void WhileTheTrainedEncoderIsFinishedTheRunIsNotWhole(ByolCancellation onCancellation)
    {
        var options = Options(hasBudget: false);
        options.Epochs = 2;
        options.OnCancellation = onCancellation;
        options.Change(recipe => recipe with { Encoder = recipe.Encoder with { Whitening = ByolWhitening.Zca } });
        ByolEmbeddingTransformer Stopped() => Fit(
            options, TestPictures.Rows(64), line => line.Contains("Verdict", StringComparison.Ordinal));
        if (onCancellation == ByolCancellation.Throw)
        {
            Assert.ThrowsExactly<OperationCanceledException>(Stopped);
        }
        else
        {
            Assert.IsTrue(Stopped().WasCancelled);
        }

        options.CancellationToken = default;
        options.Resume = true;
        var resumed = Fit(options, TestPictures.Rows(64));
        Assert.IsFalse(resumed.WasCancelled);
        Assert.AreEqual(ByolWhitening.Zca, resumed.Encoder.Metadata.Whitening.Kind);
    }

    private ByolOptions Options(bool hasBudget)
    {
        var options = TestPictures.TinyRecipe();
        options.Epochs = 1000;
        options.MaxTrainingTime = hasBudget ? TimeSpan.FromHours(1) : null;
        options.CancellationToken = _source.Token;
        options.OnCancellation = ByolCancellation.KeepTrained;
        options.CheckpointDirectory = _folder["run"];
        options.ProgressFile = _folder["progress.jsonl"];
        options.TensorBoardDirectory = _folder["board"];
        return options;
    }

    private void AssertNothingComes(
        ByolOptions options, IEnumerable<PictureRow> rows, Func<string, bool>? cancelOnLine = null)
    {
        Assert.ThrowsExactly<OperationCanceledException>(() => Fit(options, rows, cancelOnLine));
        Assert.IsEmpty(Directory.GetFileSystemEntries(_folder.Path));
    }

    private ByolEmbeddingTransformer Fit(
        ByolOptions options, IEnumerable<PictureRow> rows, Func<string, bool>? cancelOnLine = null)
    {
        var mlContext = new MLContext(1);
        mlContext.Log += (_, entry) =>
        {
            if (cancelOnLine?.Invoke(entry.RawMessage) == true)
            {
                _source.Cancel();
            }
        };
        return mlContext.Transforms.ByolEmbedding("Features", "Image", options)
            .Fit(mlContext.Data.LoadFromEnumerable(rows));
    }

    private IEnumerable<PictureRow> CancellingAt(int row, PictureRow[] rows)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            if (i == row)
            {
                _source.Cancel();
            }
            yield return rows[i];
        }
    }
}
