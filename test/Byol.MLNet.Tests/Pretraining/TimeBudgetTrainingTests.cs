using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
using Byol.MLNet.Pretraining;
using Byol.MLNet.Pretraining.Checkpoints;
using Byol.MLNet.Pretraining.Methods.Byol;
using static TorchSharp.torch;

namespace Byol.MLNet.Tests.Pretraining;

/// <summary>Trainings with a time budget on a clock that goes by each time it is looked at, and three times as fast
/// from a point on.</summary>
[TestClass]
public class TimeBudgetTrainingTests
{
    private const double Budget = 10;
    private const int StepsPerEpoch = 4;

    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [DataRow(ByolLearningRateSchedule.OneCycle, 0.0)]
    [DataRow(ByolLearningRateSchedule.WarmupCosine, 0.5)]
    public void TheRunEndsInTimeAndTheSchedulesWithIt(ByolLearningRateSchedule rates, double halfSizeFraction)
    {
        var options = Options();
        options.Change(recipe => recipe with
        {
            Optimization = recipe.Optimization with { LearningRateSchedule = rates },
            Views = recipe.Views with { HalfSizeFraction = halfSizeFraction },
        });
        var clock = Clock();
        var outcome = Trainer(options, clock).Train(Store());
        AssertEnded(options, outcome);
        Assert.AreEqual(Budget, clock.Now.TotalSeconds, 0.1 * Budget);
    }

    [TestMethod]
    public void AResumedRunEndsInTheTimeThatWasLeft()
    {
        using var source = new CancellationTokenSource();
        var (before, after) = (Clock(), Clock());
        var options = Options();
        options.CheckpointDirectory = _folder["run"];
        options.CancellationToken = source.Token;
        options.Progress = new Action<ByolProgress>(report =>
        {
            if (report.Epoch == 8)
            {
                source.Cancel();
            }
        }).AsProgress();
        Assert.IsTrue(Trainer(options, before).Train(Store()).IsCancelled);
        var checkpoint = new CheckpointFolder(options.CheckpointDirectory, kept: 1).LoadNewest(Assert.Fail)!;
        Assert.AreEqual(before.Now.TotalSeconds, checkpoint.Manifest.Seconds, 0.1 * Budget);

        var rest = Options();
        rest.CheckpointDirectory = options.CheckpointDirectory;
        var outcome = Trainer(rest, after).Train(Store(), resumed: checkpoint);
        AssertEnded(rest, outcome);
        Assert.IsGreaterThan(checkpoint.Manifest.Step, outcome.History[^1].Step);
        Assert.AreEqual(Budget, (before.Now + after.Now).TotalSeconds, 0.1 * Budget);
    }

    private static void AssertEnded(ByolOptions options, TrainingOutcome outcome)
    {
        var last = outcome.History[^1];
        Assert.IsFalse(outcome.IsCancelled);
        // Epochs does not count.
        Assert.IsGreaterThan(StepsPerEpoch * options.Epochs!.Value, last.Step);
        Assert.AreEqual(last.TotalSteps, last.Step);
        Assert.AreEqual((last.Step + StepsPerEpoch - 1) / StepsPerEpoch, last.Epochs);
        var end = new TrainingSchedule(options.Recipe!, last.TotalSteps);
        Assert.AreEqual(end.LearningRate(last.Step - 1), last.LearningRate, 1e-12);
        Assert.AreEqual(TauSchedules.Of(options.Recipe!.Target, end.Position(last.Step - 1)), last.Tau, 1e-12);
    }

    private static SimulatedClock Clock() =>
        new(now => TimeSpan.FromMilliseconds(now.TotalSeconds < 0.4 * Budget ? 8 : 24));

    private static Pretrainer Trainer(ByolOptions options, TimeProvider clock) =>
        new(options, options.Recipe! with { Epochs = options.Epochs!.Value }, seed: 5, CPU, SilentLog.Instance, clock);

    private static ByolOptions Options()
    {
        var options = TestPictures.TinyRecipe();
        options.Change(recipe => recipe with { ValidationFraction = 0.2 });
        options.MaxTrainingTime = TimeSpan.FromSeconds(Budget);
        return options;
    }

    private static ImageStore Store() => TestStores.Noise((StepsPerEpoch + 1) * 16, seed: 1);
}
