using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
using Byol.MLNet.Pretraining;
using Byol.MLNet.Pretraining.Methods;
using Byol.MLNet.Pretraining.Probing;
using Microsoft.ML;

namespace Byol.MLNet.Tests.Pretraining.Probing;

/// <summary>What a fit measures beside its steps.</summary>
[TestClass]
public class ScoreTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void AgreementIsTheShareOfViewsThatFindEachOther()
    {
        float[][] first = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]];
        Assert.AreEqual(1, NeighbourAgreement.Of(first, first));
        // The third image's second view is the first image's: neither view of the third finds the other, nor does the
        // first's first view.
        Assert.AreEqual(5 / 8.0, NeighbourAgreement.Of(first, [[1, 0, 0], [0, 1, 0], [1, 0, 0], [1, 1, 0]]), 1e-9);
        float[][] equal = [[1, 2], [1, 2], [1, 2]];
        Assert.AreEqual(0, NeighbourAgreement.Of(equal, equal), "Equal outputs find nothing.");
    }

    [TestMethod]
    public void EncoderIsScoredBeforeTheFirstStepAndAtTheEnd()
    {
        var options = TestPictures.TinyRecipe();
        options.Epochs = 3;
        var rows = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(60, seed: 3));
        options.Probe = new ByolProbe(rows);
        var model = Fit(options);
        var start = model.History[0].BeforeTraining!;
        Assert.IsTrue(
            start is
            {
                NeighbourAgreement: > 0 and <= 1,
                ProbeKnnAccuracy: > 0 and <= 1,
                ProbeLinearAccuracy: > 0 and <= 1,
            },
            $"{start}");
        Assert.IsTrue(model.History.All(report => report.BeforeTraining == start));
        Assert.IsTrue(model.History[^1].NeighbourAgreement is > 0 and <= 1);
        Assert.AreEqual(ByolVerdict.Of(model.History), model.Verdict);
        Assert.IsNull(model.Untrained().Fit(rows).Verdict);

        // The encoder before training is the one that Untrained() gives, and another seed's is another.
        options.Change(recipe => recipe with { Optimization = recipe.Optimization with { LearningRate = 1e-12 } });
        var untouched = Fit(options).History[^1];
        Assert.AreEqual(start.ProbeKnnAccuracy, untouched.BeforeTraining!.ProbeKnnAccuracy);
    }

    [TestMethod]
    public void ScoringLeavesTheTrainingAsItWas()
    {
        using var store = new ImageStore(TestPictures.Side, long.MaxValue);
        foreach (var row in TestPictures.Rows(64))
        {
            store.Add([.. row.Image.Pixels.ToArray().Where((_, i) => i % 4 != 3)]);
        }
        store.Complete();
        float[] Train(bool isScored)
        {
            var options = TestPictures.TinyRecipe();
            options.Change(recipe => recipe with { Views = recipe.Views with { HalfSizeFraction = 0.5 } });
            using var scope = TorchSharp.torch.NewDisposeScope();
            var plan = new RunPlan(
                [.. Enumerable.Range(0, 64)], [], StepsPerEpoch: 4, TotalSteps: 4, TorchSharp.torch.float32,
                TorchSharp.torch.CPU);
            var inputs = new RunInputs(
                options.Recipe!,
                plan,
                Seed: 5,
                store,
            Normalization.ImageNet,
                Probe: null,
                Activity: null,
                PretrainingMethods.Create,
                CancellationToken.None);
            using var run = new TrainingRun(inputs, new RunTimer(TimeProvider.System, 0), SilentLog.Instance);
            if (isScored)
            {
                run.ScoreStart();
            }
            foreach (var _ in run.RestOfEpoch())
            {
                if (isScored)
                {
                    run.Report();
                }
            }
            var weights = run.ExportEncoder();
            return [.. weights.Specs.SelectMany(spec => weights[spec.Name])];
        }

        CollectionAssert.AreEqual(Train(isScored: false), Train(isScored: true));
    }

    [TestMethod]
    public void ScoresBeforeTheFirstStepSurviveAResume()
    {
        using var folder = new TemporaryFolder();
        using var cancellation = new CancellationTokenSource();
        var options = TestPictures.TinyRecipe();
        options.Epochs = 2;
        options.CheckpointDirectory = folder.Path;
        options.ProgressEvery = 1;
        options.CancellationToken = cancellation.Token;
        options.Progress = new CancelAt(2, cancellation);
        var stopped = Fit(options);
        Assert.IsTrue(stopped.WasCancelled);
        Assert.AreEqual(
            ByolTrainingState.TooShort,
            stopped.Verdict?.State,
            "A run that is stopped within its first epoch has a verdict too.");
        Assert.Contains("0.5 passes", stopped.Verdict!.Explanation);

        options.CancellationToken = default;
        options.Progress = null;
        options.Resume = true;
        var resumed = Fit(options).History;
        options.CheckpointDirectory = null;
        options.Resume = false;
        var whole = Fit(options).History;
        Assert.IsNotNull(resumed[^1].BeforeTraining);
        Assert.AreEqual(whole[^1].BeforeTraining, resumed[^1].BeforeTraining);
        CollectionAssert.AreEqual(
            whole.Select(report => report.NeighbourAgreement).ToArray(),
            resumed.Select(report => report.NeighbourAgreement).ToArray());
    }

    [TestMethod]
    public void ReadingAndScoringAreCounted()
    {
        var activities = new Activities();
        var options = TestPictures.TinyRecipe();
        options.Activity = activities;
        options.Probe = new ByolProbe(_mlContext.Data.LoadFromEnumerable(TestPictures.Rows(30, seed: 3)));
        Fit(options);
        Assert.Contains(new ByolActivity(ByolActivityKind.ReadingImages, 64, 64), activities);
        Assert.Contains(new ByolActivity(ByolActivityKind.ReadingProbe, 30, 30), activities);
        // 64 images with two views each, and 30 of the probe: before the first step, and after the only epoch.
        Assert.HasCount(
            2, activities.Where(activity => activity == new ByolActivity(ByolActivityKind.Scoring, 94, 94)));
    }

    [TestMethod]
    public void ReportsTellImagesPassesAndViewSize()
    {
        var options = TestPictures.TinyRecipe();
        options.Epochs = 4;
        options.Change(recipe => recipe with { Views = recipe.Views with { HalfSizeFraction = 0.5 } });
        var history = Fit(options).History;
        CollectionAssert.AreEqual(new int?[] { 8, 8, 16, 16 }, history.Select(report => report.ViewSize).ToArray());
        CollectionAssert.AreEqual(new double?[] { 1, 2, 3, 4 }, history.Select(report => report.Passes).ToArray());
        Assert.IsTrue(history.All(report => report.Images == 64));
        Assert.IsTrue(history[0].TimeLeft > TimeSpan.Zero);
        Assert.AreEqual(TimeSpan.Zero, history[^1].TimeLeft);
    }

    [TestMethod]
    public void TimeLeftKnowsTheDearPartAndDoesNotRise()
    {
        // 75 steps of 1 s at half size, 25 of 3.6 s at full size, ten epochs scored in 5 s each.
        var schedule = new TrainingSchedule(ByolRecipe.Fast, totalSteps: 100);
        var remaining = new RemainingTime(schedule);
        remaining.AddScoring(TimeSpan.FromSeconds(5));
        var before = TimeSpan.MaxValue;
        for (var step = 1; step <= 100; step++)
        {
            remaining.AddStep(isHalfSize: step <= 75, TimeSpan.FromSeconds(step <= 75 ? 1 : 3.6));
            var scorings = 10 - step / 10;
            var left = remaining.Left(step, scorings);
            var truth = Math.Max(75 - step, 0) + 3.6 * Math.Min(100 - step, 25) + 5 * scorings;
            Assert.AreEqual(truth, left.TotalSeconds, 0.06 * truth, $"step {step}");
            Assert.IsLessThanOrEqualTo(before, left, $"step {step}");
            before = left;
        }
        Assert.AreEqual(TimeSpan.Zero, before);
    }

    private ByolEmbeddingTransformer Fit(ByolOptions options) =>
        _mlContext.Transforms.ByolEmbedding("Features", "Image", options)
            .Fit(_mlContext.Data.LoadFromEnumerable(TestPictures.Rows(64)));

    private sealed class Activities : List<ByolActivity>, IProgress<ByolActivity>
    {
        public void Report(ByolActivity value) => Add(value);
    }

    private sealed class CancelAt(long step, CancellationTokenSource cancellation) : IProgress<ByolProgress>
    {
        public void Report(ByolProgress value)
        {
            if (value.Step == step)
            {
                cancellation.Cancel();
            }
        }
    }
}
