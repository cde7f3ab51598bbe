using System.Text.Json;
using System.Text.Json.Nodes;
using Byol.MLNet.Images;
using Byol.MLNet.Pretraining.Checkpoints;
using Microsoft.ML;

namespace Byol.MLNet.Tests.Pretraining.Checkpoints;

/// <summary>A stopped and resumed fit against one that was never stopped.</summary>
[TestClass]
public class ResumeTests
{
    private const int Images = 96;
    private const int StepsPerEpoch = 6;

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _log = [];

    private string Checkpoints => _folder["run"];

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [DataRow(8, ByolOptimizer.Adam)]
    [DataRow(12, ByolOptimizer.Adam)]
    [DataRow(8, ByolOptimizer.Sgd)]
    public void StoppedAndResumedEqualsUninterrupted(int stopAt, ByolOptimizer optimizer)
    {
        var whole = Fit(Recipe(optimizer));
        whole.SaveOnnx(_folder["whole.onnx"]);

        var stopped = StopAt(stopAt, optimizer);
        Assert.IsTrue(stopped.WasCancelled);
        Assert.IsNull(stopped.ResumedFromStep);
        CollectionAssert.AreEqual(new[] { "step-" + stopAt }, FolderNames());
        CollectionAssert.AreEquivalent(
            new[] { "manifest.json", "tensors.safetensors" },
            Directory.GetFiles(Path.Combine(Checkpoints, "step-" + stopAt)).Select(Path.GetFileName).ToArray());

        var resumed = Resume(Recipe(optimizer));
        resumed.SaveOnnx(_folder["resumed.onnx"]);
        Assert.AreEqual(stopAt, resumed.ResumedFromStep);
        Assert.IsFalse(resumed.WasCancelled);
        CollectionAssert.AreEqual(File.ReadAllBytes(_folder["whole.onnx"]), File.ReadAllBytes(_folder["resumed.onnx"]));
        // The history is that of the whole run, the losses included.
        CollectionAssert.AreEqual(
            whole.History.Select(epoch => epoch.Loss).ToArray(), resumed.History.Select(epoch => epoch.Loss).ToArray());
        CollectionAssert.AreEqual(
            whole.History.Select(epoch => epoch.LearningRate).ToArray(),
            resumed.History.Select(epoch => epoch.LearningRate).ToArray());
    }

    [TestMethod]
    [DataRow(5)]
    [DataRow(8)]
    public void ARunThatStartsAtHalfSizeResumesInEitherPart(int stopAt)
    {
        ByolOptions HalfSize()
        {
            var options = Recipe();
            options.Change(recipe => recipe with { Views = recipe.Views with { HalfSizeFraction = 0.4 } });
            return options;
        }

        var whole = Fit(HalfSize());
        whole.SaveOnnx(_folder["whole.onnx"]);
        StopAt(stopAt, HalfSize());
        Resume(HalfSize()).SaveOnnx(_folder["resumed.onnx"]);
        CollectionAssert.AreEqual(File.ReadAllBytes(_folder["whole.onnx"]), File.ReadAllBytes(_folder["resumed.onnx"]));
    }

    [TestMethod]
    public void TheStartFileMayBeWrittenOtherwiseOrBeGoneButNotBeAnother()
    {
        var (first, second) = (_folder["first.safetensors"], _folder["second.safetensors"]);
        var untrained = Recipe();
        untrained.Epochs = 1;
        Fit(untrained).SaveWeights(first);
        untrained.Seed = 17;
        Fit(untrained).SaveWeights(second);
        ByolOptions From(ByolWeights start)
        {
            var options = Recipe();
            options.Start = start;
            return options;
        }

        StopAt(3, From(first));
        var other = Assert.ThrowsExactly<InvalidOperationException>(() => Resume(From(second))).Message;
        Assert.Contains("Start is the weight file of SHA-256 ", other);
        Assert.Contains(
            "the input of Start",
            Assert.ThrowsExactly<InvalidOperationException>(
                () => Resume(From(new ByolWeights(first) { Mean = [0, 0, 0] }))).Message);
        Assert.ThrowsExactly<InvalidOperationException>(() => Resume(Recipe()), "A run without a start is another.");

        File.Move(first, _folder["moved.safetensors"]);
        Assert.AreEqual(3, StopResumedAt(6, From(first)).ResumedFromStep, "The file is gone.");
        var elsewhere = Path.Combine(_folder.Path, ".", "moved.safetensors");
        Assert.AreEqual(6, Resume(From(elsewhere)).ResumedFromStep);
    }

    [TestMethod]
    public void CheckpointsCanGoByTime()
    {
        var options = Recipe();
        options.CheckpointDirectory = Checkpoints;
        options.CheckpointInterval = TimeSpan.FromTicks(1);
        options.CheckpointsKept = 100;
        Fit(options);
        Assert.HasCount(3 * StepsPerEpoch, FolderNames(), "A tick has gone by after each step.");
    }

    [TestMethod]
    public void AFinishedRunCanBeMadeLonger()
    {
        var options = Recipe();
        options.Epochs = 1;
        options.CheckpointDirectory = Checkpoints;
        Fit(options);
        var longer = Resume(Recipe());
        Assert.AreEqual(StepsPerEpoch, longer.ResumedFromStep);
        Assert.HasCount(3, longer.History);
    }

    [TestMethod]
    [DataRow("tensors.safetensors", 1000)]
    [DataRow("manifest.json", 20)]
    public void ADamagedNewestCheckpointIsPassedOver(string file, int position)
    {
        var options = Recipe();
        options.CheckpointDirectory = Checkpoints;
        options.CheckpointEvery = 4;
        Fit(options).SaveOnnx(_folder["whole.onnx"]);
        CollectionAssert.AreEqual(new[] { "step-16", "step-18" }, FolderNames());
        var path = Path.Combine(Checkpoints, "step-18", file);
        var bytes = File.ReadAllBytes(path);
        bytes[position] ^= 0xFF;
        File.WriteAllBytes(path, bytes);

        var resumed = Resume(Recipe());
        Assert.AreEqual(16, resumed.ResumedFromStep);
        Assert.Contains(
            line => line.Contains("step-18", StringComparison.Ordinal)
                && line.Contains("damaged", StringComparison.Ordinal),
            _log);
        resumed.SaveOnnx(_folder["resumed.onnx"]);
        CollectionAssert.AreEqual(File.ReadAllBytes(_folder["whole.onnx"]), File.ReadAllBytes(_folder["resumed.onnx"]));
        // It was written anew, and is whole again.
        Assert.AreEqual(18, Resume(Recipe()).ResumedFromStep);
    }

    [TestMethod]
    [DataRow(2, "an earlier")]
    [DataRow(4, "a later")]
    public void AnotherFormatIsCalledWhatItIs(int format, string age)
    {
        Directory.CreateDirectory(Path.Combine(Checkpoints, "step-7"));
        File.WriteAllText(Path.Combine(Checkpoints, "step-7", "manifest.json"), $$"""{"format": {{format}}}""");
        var options = Recipe();
        options.Epochs = 1;
        Assert.IsNull(Resume(options).ResumedFromStep);
        var line = _log.Single(line => line.Contains("step-7' ", StringComparison.Ordinal));
        Assert.Contains(
            $"is of {age} version of the library: its format is {format}, and this version reads 3; it is passed over",
            line);
        Assert.DoesNotContain("damaged", line);
    }

    [TestMethod]
    public void OtherOptionsImagesAndSeedsAreRefusedByName()
    {
        StopAt(3);
        var options = Recipe();
        options.Change(recipe => recipe with { Target = recipe.Target with { Tau = 0.9 }, BatchSize = 32 });
        options.Seed = 6;
        var message = Assert.ThrowsExactly<InvalidOperationException>(() => Resume(options)).Message;
        foreach (var name in (string[])["Tau is 0.9", "BatchSize is 32", "Seed is 6"])
        {
            Assert.Contains(name, message);
        }
        Assert.DoesNotContain("Width", message);
        Assert.Contains(
            "training images",
            Assert.ThrowsExactly<InvalidOperationException>(() => Resume(Recipe(), Images - 1)).Message);
    }

    [TestMethod]
    public void ANewRunDoesNotReplaceCheckpoints()
    {
        StopAt(3);
        var options = Recipe();
        options.CheckpointDirectory = Checkpoints;
        Assert.Contains("Resume", Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options)).Message);
        CollectionAssert.AreEqual(new[] { "step-3" }, FolderNames());
    }

    [TestMethod]
    public void LeftoversOfAKilledWriterAreRemoved()
    {
        StopAt(3);
        var leftover = Directory.CreateDirectory(Path.Combine(Checkpoints, ".unfinished-abc")).FullName;
        File.WriteAllText(Path.Combine(leftover, "manifest.json"), "{");
        Resume(Recipe());
        Assert.IsFalse(Directory.Exists(leftover));
    }

    [TestMethod]
    public void ReportsOfAResumedRunAreThoseOfAnUninterruptedOne()
    {
        var (whole, before, after) = (new Reports(), new Reports(), new Reports());
        ByolOptions Reporting(Reports reports)
        {
            var options = Recipe();
            options.Change(recipe => recipe with { ValidationFraction = 0.2 });
            options.ProgressEvery = 1;
            options.Progress = reports;
            return options;
        }

        Fit(Reporting(whole));
        StopAt(8, Reporting(before), before);
        Resume(Reporting(after));
        CollectionAssert.AreEqual(whole.Lines, before.Lines.Concat(after.Lines).ToArray());
    }

    [TestMethod]
    public void TwoRunsCannotHaveOneFolder()
    {
        var options = Recipe();
        options.CheckpointDirectory = Checkpoints;
        options.CheckpointEvery = 1;
        var message = "";
        options.Progress = new Action<ByolProgress>(report =>
        {
            if (report.Epoch == 1)
            {
                message = Assert.ThrowsExactly<InvalidOperationException>(() => Resume(Recipe())).Message;
            }
        }).AsProgress();
        Assert.AreEqual(3 * StepsPerEpoch, Fit(options).History[^1].Step);
        Assert.Contains($"Another run is writing its checkpoints to '{Checkpoints}'", message);
        // The folder is free again, and holds checkpoints alone.
        CollectionAssert.AreEqual(
            new[] { "step-17", "step-18" },
            Directory.GetFileSystemEntries(Checkpoints).Select(Path.GetFileName).Order().ToArray());
        Assert.AreEqual(18, Resume(Recipe()).ResumedFromStep);
    }

    [TestMethod]
    public void ACheckpointFromBeforeAnOptionWithADefaultIsGoneOnFrom()
    {
        var options = Recipe();
        options.CheckpointDirectory = Checkpoints;
        Fit(options);
        var file = Directory.GetFiles(Checkpoints, "manifest.json", SearchOption.AllDirectories).Order().Last();
        var manifest = JsonNode.Parse(File.ReadAllText(file))!;
        var views = manifest["recipe"]!["views"]!.AsObject();
        Assert.IsTrue(views.Remove("rotationDegrees") && manifest["recipe"]!.AsObject().Remove("sumLossDirections"));
        File.WriteAllText(file, manifest.ToJsonString());
        Assert.IsNotNull(Resume(Recipe()).ResumedFromStep);

        views["rotationDegrees"] = 5;
        File.WriteAllText(file, manifest.ToJsonString());
        var message = Assert.ThrowsExactly<InvalidOperationException>(() => Resume(Recipe())).Message;
        Assert.Contains("RotationDegrees is 0, the checkpoint's is 5", message);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(4097)]
    [DataRow(5999)]
    public void OneOtherPixelInOneOfManyImagesIsNoticed(int changed)
    {
        CheckpointManifest Manifest(RunIdentity identity) => new()
        {
            LibraryVersion = "",
            Seed = identity.Seed,
            Images = identity.Images,
            Recipe = identity.Recipe,
            Layers = identity.Layers,
            Run = identity.Run,
            Precision = ByolPrecision.Float32,
            Device = "cpu",
            Step = 1,
            TotalSteps = 1,
            Threads = 1,
            Seconds = 0,
            LossSum = 0,
            CollapseFailures = 0,
            History = [],
        };

        static RunIdentity Identity(ImageStore store) => RunIdentity.Of(Recipe(), Recipe().Recipe!, 1, store);

        using var same = Store(6000, changed: null);
        using var other = Store(6000, changed);
        var manifest = Manifest(Identity(same));
        Identity(same).RequireSame(manifest, "run");
        Assert.Contains(
            "the training images are others",
            Assert.ThrowsExactly<InvalidOperationException>(
                () => Identity(other).RequireSame(manifest, "run")).Message);
    }

    [TestMethod]
    public void AFolderForCheckpointsThatCannotBeWrittenIsFoundBeforeTraining()
    {
        // A file where the folder should be.
        File.WriteAllText(Checkpoints, "");
        var options = Recipe();
        options.CheckpointDirectory = Checkpoints;
        options.Progress = new Action<ByolProgress>(_ => Assert.Fail("It trained.")).AsProgress();
        var message = Assert.ThrowsExactly<IOException>(() => Fit(options)).Message;
        Assert.Contains($"CheckpointDirectory is '{Checkpoints}'", message);
    }

    [TestMethod]
    public void ACheckpointThatCannotBeWrittenLaterIsAWarning()
    {
        var options = Recipe();
        options.CheckpointDirectory = Checkpoints;
        options.Progress = new Action<ByolProgress>(report =>
        {
            if (report.Epoch == 1)
            {
                Directory.Delete(Checkpoints, recursive: true);
                File.WriteAllText(Checkpoints, "");
            }
        }).AsProgress();
        Assert.AreEqual(3 * StepsPerEpoch, Fit(options).History[^1].Step);
        Assert.Contains(
            line => line.Contains("cannot be written", StringComparison.Ordinal)
                && line.Contains(Checkpoints, StringComparison.Ordinal),
            _log);
    }

    [TestMethod]
    public void DivergenceNamesStepRateAndLastCheckpoint()
    {
        var options = Recipe(ByolOptimizer.Sgd);
        // Decay then multiplies the weights by -99 at each step, until they overflow.
        options.Change(recipe => recipe with
        {
            Optimization = recipe.Optimization with
            {
                LearningRate = 100,
                StartDivisor = 1,
                EndDivisor = 1,
                WeightDecay = 1,
                Momentum = 0,
                PeakMomentum = null,
            },
        });
        options.Epochs = 20;
        options.CheckpointDirectory = Checkpoints;
        options.CheckpointEvery = 1;
        var exception = Assert.ThrowsExactly<ByolDivergenceException>(() => Fit(options));
        Assert.Contains($"step {exception.Step}", exception.Message);
        Assert.IsGreaterThan(0, exception.LearningRate);
        Assert.AreEqual(Path.Combine(Checkpoints, $"step-{exception.Step - 1}"), exception.Checkpoint);
        Assert.Contains(exception.Checkpoint!, exception.Message);
    }

    private static ByolOptions Recipe(ByolOptimizer optimizer = ByolOptimizer.Adam)
    {
        var options = TestPictures.TinyRecipe();
        options.Change(recipe => recipe with
        {
            Optimization = recipe.Optimization with { Optimizer = optimizer, LearningRate = 0.01 },
        });
        options.Epochs = 3;
        return options;
    }

    private ByolEmbeddingTransformer StopAt(int step, ByolOptimizer optimizer = ByolOptimizer.Adam) =>
        StopAt(step, Recipe(optimizer));

    private static ImageStore Store(int count, int? changed)
    {
        var store = new ImageStore(side: 8, long.MaxValue);
        for (var i = 0; i < count; i++)
        {
            var pixels = new byte[3 * 8 * 8];
            BitConverter.TryWriteBytes(pixels, i);
            pixels[^1] = (byte)(i == changed ? 1 : 0);
            store.Add(pixels);
        }
        store.Complete();
        return store;
    }

    private ByolEmbeddingTransformer StopAt(int step, ByolOptions options, Reports? reports = null)
    {
        using var source = new CancellationTokenSource();
        options.CheckpointDirectory = Checkpoints;
        options.CheckpointEvery = 1000;
        options.CancellationToken = source.Token;
        options.ProgressEvery = 1;
        options.Progress = new Action<ByolProgress>(report =>
        {
            reports?.Report(report);
            if (report.Step == step)
            {
                source.Cancel();
            }
        }).AsProgress();
        return Fit(options);
    }

    private ByolEmbeddingTransformer StopResumedAt(int step, ByolOptions options)
    {
        options.Resume = true;
        return StopAt(step, options);
    }

    private ByolEmbeddingTransformer Resume(ByolOptions options, int images = Images)
    {
        options.CheckpointDirectory = Checkpoints;
        options.Resume = true;
        return Fit(options, images);
    }

    private ByolEmbeddingTransformer Fit(ByolOptions options, int images = Images)
    {
        var mlContext = new MLContext(1);
        mlContext.Log += (_, entry) => _log.Add(entry.RawMessage);
        return mlContext.Transforms.ByolEmbedding("Features", "Image", options)
            .Fit(mlContext.Data.LoadFromEnumerable(TestPictures.Rows(images)));
    }

    private string[] FolderNames() =>
        [.. Directory.GetDirectories(Checkpoints)
            .Select(folder => Path.GetFileName(folder))
            .Order(StringComparer.Ordinal)];

    /// <summary>Reports as JSON, without what depends on time.</summary>
    private sealed class Reports : IProgress<ByolProgress>
    {
        public List<string> Lines { get; } = [];

        public void Report(ByolProgress value) =>
            Lines.Add(
                JsonSerializer.Serialize(
                    value with { ImagesPerSecond = 0, TimeLeft = null, Phases = new ByolPhases(0, 0, 0, 0, 0, 0) }));
    }
}
