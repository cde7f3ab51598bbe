using System.Collections.Concurrent;
using Byol.MLNet.Weights;
using Microsoft.ML;

namespace Byol.MLNet.Tests.Pretraining;

/// <summary>Several processes that train one encoder, threads of this one standing for them.</summary>
[TestClass]
public class CollectiveTests
{
    private const int Steps = 20;

    // Sums in another order round differently, and by how much depends on the processor.
    private const double WeightTolerance = 1e-3;

    private readonly TemporaryFolder _folder = new();
    private readonly PictureRow[] _rows = TestPictures.Rows(80);
    private readonly ConcurrentQueue<string> _log = [];

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [DataRow(ByolPretrainingMethod.Byol)]
    [DataRow(ByolPretrainingMethod.Taught)]
    public void SynchronizedProcessesComputeWhatOneDoes(ByolPretrainingMethod method)
    {
        var one = Fit(Options(method));
        var two = ThreadCollective.Run(2, collective => Fit(Options(method), collective));
        Assert.HasCount(Steps, one.Losses);
        foreach (var (loss, expected) in two[0].Losses.Zip(one.Losses))
        {
            Assert.AreEqual(expected, loss, 1e-4);
        }
        Assert.IsLessThan(WeightTolerance, Difference(one.Weights, two[0].Weights));
        Assert.AreEqual(0, Difference(two[0].Weights, two[1].Weights));
    }

    [TestMethod]
    public void ProcessesByThemselvesStayAlikeAndGiveTheSameEveryTime()
    {
        var first = ThreadCollective.Run(2, collective => Fit(Alone(), collective));
        var again = ThreadCollective.Run(2, collective => Fit(Alone(), collective));
        Assert.AreEqual(0, Difference(first[0].Weights, first[1].Weights));
        Assert.AreEqual(0, Difference(first[0].Weights, again[0].Weights));
        Assert.AreNotEqual(0, Difference(first[0].Weights, Fit(Alone()).Weights));

        static ByolOptions Alone()
        {
            var options = Options(ByolPretrainingMethod.Byol);
            options.SynchronizeBatchNorm = false;
            return options;
        }
    }

    [TestMethod]
    public void OnlyTheFirstProcessReportsAndWritesFiles()
    {
        var two = ThreadCollective.Run(2, collective =>
        {
            var options = Options(ByolPretrainingMethod.Byol);
            options.CheckpointDirectory = _folder["checkpoints"];
            options.ProgressFile = _folder["progress.jsonl"];
            return Fit(options, collective);
        });
        Assert.HasCount(Steps, two[0].Losses);
        Assert.IsEmpty(two[1].Losses);
        Assert.HasCount(2, Directory.GetDirectories(_folder["checkpoints"]));
    }

    [TestMethod]
    public void AStoppedRunGoesOnWithAnotherNumberOfProcesses()
    {
        var whole = Fit(Options(ByolPretrainingMethod.Byol));
        using var stop = new CancellationTokenSource();
        var stopped = ThreadCollective.Run(2, collective =>
        {
            var options = Options(ByolPretrainingMethod.Byol);
            options.CheckpointDirectory = _folder["checkpoints"];
            // One process alone is told to stop.
            options.CancellationToken = collective.Rank == 1 ? stop.Token : CancellationToken.None;
            return Fit(options, collective, after: report =>
            {
                if (report.Step == 7)
                {
                    stop.Cancel();
                }
            });
        });
        // The other process may have asked for this step already.
        var steps = stopped[0].Losses.Count;
        Assert.IsTrue(steps is 7 or 8);
        var rest = Options(ByolPretrainingMethod.Byol);
        (rest.CheckpointDirectory, rest.Resume) = (_folder["checkpoints"], true);
        var resumed = Fit(rest);
        Assert.HasCount(Steps - steps, resumed.Losses);
        Assert.IsLessThan(WeightTolerance, Difference(whole.Weights, resumed.Weights));
        Assert.Contains($"Resuming at step {steps} of {Steps}, which 2 processes reached, not 1", string.Concat(_log));
    }

    [TestMethod]
    public void OneThatIsStoppedWhileTheTeacherLooksStopsAll()
    {
        using var stop = new CancellationTokenSource();
        Assert.ThrowsExactly<OperationCanceledException>(() => ThreadCollective.Run(2, collective =>
        {
            var options = Options(ByolPretrainingMethod.Taught);
            options.CancellationToken = collective.Rank == 1 ? stop.Token : CancellationToken.None;
            options.Activity = new Action<ByolActivity>(activity =>
            {
                if (activity.Kind == ByolActivityKind.Teaching)
                {
                    stop.Cancel();
                }
            }).AsProgress();
            return Fit(options, collective);
        }));
        Assert.IsFalse(_log.Any(line => line.StartsWith("Pretraining on", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void AFailureOfOneEndsAll() => Assert.Contains(
        "the report failed",
        Assert.ThrowsExactly<InvalidOperationException>(
            () => ThreadCollective.Run(2, collective => Fit(
                Options(ByolPretrainingMethod.Byol),
                collective,
                after: _ => throw new InvalidOperationException("the report failed")))).Message);

    [TestMethod]
    public void ProcessesThatAreToldOtherThingsAreNamed() => Assert.Contains(
        "The options or the images of process 1 are not those of process 0",
        Assert.ThrowsExactly<InvalidOperationException>(() => ThreadCollective.Run(2, collective =>
        {
            var options = Options(ByolPretrainingMethod.Byol);
            options.Epochs += collective.Rank;
            return Fit(options, collective);
        })).Message);

    [TestMethod]
    public void OneThatIsStoppedBeforeAllAgreeEndsAll() =>
        Assert.ThrowsExactly<OperationCanceledException>(() => ThreadCollective.Run(2, collective =>
        {
            var options = Options(ByolPretrainingMethod.Byol);
            options.CancellationToken = new CancellationToken(canceled: collective.Rank == 1);
            return Fit(options, collective);
        }));

    [TestMethod]
    public void ABatchThatCannotBeSharedIsNamed() => Assert.Contains(
        "BatchSize is 16; 3 processes share it, so it must be a multiple of 3, at least 6.",
        Assert.ThrowsExactly<InvalidOperationException>(
            () => ThreadCollective.Run(3, collective => Fit(Options(ByolPretrainingMethod.Byol), collective))).Message);

    [TestMethod]
    public void ProcessesThatSeeOtherImagesAreNamed() => Assert.Contains(
        "the number of images is 79 in process 1, and 80 in process 0",
        Assert.ThrowsExactly<InvalidOperationException>(() => ThreadCollective.Run(2, collective =>
        {
            var options = Options(ByolPretrainingMethod.Byol);
            options.MaxImages = 80 - collective.Rank;
            return Fit(options, collective);
        })).Message);

    private (List<double> Losses, float[] Weights) Fit(
        ByolOptions options, IByolCollective? collective = null, Action<ByolProgress>? after = null)
    {
        var losses = new List<double>();
        options.Collective = collective;
        options.ProgressEvery = 1;
        options.Progress = new Action<ByolProgress>(report =>
        {
            losses.Add(report.Loss);
            after?.Invoke(report);
        }).AsProgress();
        if (options.Recipe!.Method == ByolPretrainingMethod.Taught)
        {
            options.Teacher = TestTeacher.In(_folder, _rows);
        }
        var mlContext = new MLContext(seed: 3);
        mlContext.Log += (_, entry) => _log.Enqueue(entry.RawMessage);
        var data = mlContext.Data.LoadFromEnumerable(_rows);
        var model = mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(data);
        var file = _folder[$"{Guid.NewGuid():N}.safetensors"];
        model.SaveWeights(file);
        using var stream = File.OpenRead(file);
        var tensors = SafeTensors.Read(stream).OrderBy(tensor => tensor.Key);
        return (losses, [.. tensors.SelectMany(tensor => tensor.Value.Values)]);
    }

    private static double Difference(float[] weights, float[] others) =>
        weights.Zip(others, (weight, other) => Math.Abs(weight - other)).Max();

    private static ByolOptions Options(ByolPretrainingMethod method)
    {
        var options = TestPictures.TinyRecipe();
        options.SynchronizeBatchNorm = true;
        options.Epochs = Steps / 5;
        options.Change(recipe => recipe with
        {
            Method = method,
            // Gentle, and without statistics of a target's few small pictures, or rounding grows a thousandfold.
            Target = recipe.Target with { TargetUsesRunningStatistics = true },
            Optimization = ByolRecipe.Fast.Optimization with
            {
                LearningRate = 0.0003,
                PredictorLearningRateFactor = 1,
            },
        });
        return options;
    }
}
