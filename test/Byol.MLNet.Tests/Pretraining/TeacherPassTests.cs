using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
using Byol.MLNet.Pretraining;
using Byol.MLNet.Pretraining.Checkpoints;
using static TorchSharp.torch;

namespace Byol.MLNet.Tests.Pretraining;

/// <summary>How a teacher looks at the images of a run: in half of its time, and once.</summary>
[TestClass]
public class TeacherPassTests
{
    private const int Images = 320;
    private const int HeldOut = 64;

    private readonly TemporaryFolder _folder = new();
    private readonly List<ByolActivity> _looks = [];

    [TestInitialize]
    public void MakeTeacher() => TestTeacher.In(_folder, TestPictures.Rows(32));

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    public void ASlowTeacherLeavesHalfOfTheTimeToLearnIn()
    {
        var options = Options();
        options.MaxTrainingTime = TimeSpan.FromSeconds(10);
        var clock = new SimulatedClock(_ => TimeSpan.FromMilliseconds(8));
        // Two seconds for a batch of 32 images, of which there are ten.
        options.Activity = OnLook(_ => clock.Advance(2));
        var outcome = Train(options, clock);
        // Three batches, the first two of which are held out; the time was over in the third.
        Assert.AreEqual(3 * 32 - HeldOut, 16 * outcome.History[0].Step);
        Assert.IsGreaterThan(2, outcome.History[^1].Epoch);
        Assert.IsLessThan(11, clock.Now.TotalSeconds);
    }

    [TestMethod]
    public void ALongerRunLooksAtTheImagesThatWereLeft()
    {
        var first = Options();
        first.MaxTrainingTime = TimeSpan.FromSeconds(10);
        first.CheckpointDirectory = _folder["run"];
        var clock = new SimulatedClock(_ => TimeSpan.FromMilliseconds(8));
        first.Activity = OnLook(_ => clock.Advance(2));
        Assert.IsLessThan(Images - HeldOut, 16 * Train(first, clock).History[0].Step);
        var longer = Options();
        longer.MaxTrainingTime = TimeSpan.FromSeconds(100);
        longer.CheckpointDirectory = _folder["run"];
        var checkpoint = new CheckpointFolder(longer.CheckpointDirectory, kept: 1).LoadNewest(Assert.Fail)!;
        var later = new SimulatedClock(_ => TimeSpan.FromMilliseconds(80));
        Assert.AreEqual(Images - HeldOut, Train(longer, later, resumed: checkpoint).History[^1].Images);
        // Only those that were left.
        Assert.IsGreaterThan(100, _looks[0].Done);
    }

    [TestMethod]
    public void WhatTheTeacherSawIsKeptWhereARunIsStopped()
    {
        using var stop = new CancellationTokenSource();
        var options = Options();
        options.CheckpointDirectory = _folder["run"];
        options.CancellationToken = stop.Token;
        options.Activity = OnLook(look =>
        {
            if (look.Done >= 100)
            {
                stop.Cancel();
            }
        });
        Assert.ThrowsExactly<OperationCanceledException>(() => Train(options, TimeProvider.System));
        var again = Options();
        again.CheckpointDirectory = _folder["run"];
        Train(again, TimeProvider.System);
        Assert.IsGreaterThan(128, _looks[0].Done);
    }

    [TestMethod]
    public void AResumedRunDoesNotAskItsTeacherAgain()
    {
        StopAfterTheFirstEpoch();
        Assert.AreEqual(Images, _looks[^1].Done);
        _looks.Clear();
        Resume();
        Assert.IsEmpty(_looks);
    }

    [TestMethod]
    public void OutputsThatCannotBeReadAreMadeAgain()
    {
        StopAfterTheFirstEpoch();
        File.WriteAllText(Path.Combine(_folder["run"], "teacher.safetensors"), "damaged");
        _looks.Clear();
        Resume();
        Assert.AreEqual(Images, _looks[^1].Done);
        _looks.Clear();
        Resume();
        Assert.IsEmpty(_looks);
    }

    [TestMethod]
    public void OutputsOfOtherImagesAreNotTaken()
    {
        StopAfterTheFirstEpoch();
        _looks.Clear();
        var options = Options();
        options.CheckpointDirectory = _folder["run"];
        Train(options, TimeProvider.System, TestStores.Noise(Images, seed: 2));
        Assert.AreEqual(Images, _looks[^1].Done);
    }

    private void StopAfterTheFirstEpoch()
    {
        using var stop = new CancellationTokenSource();
        var options = Options();
        options.CheckpointDirectory = _folder["run"];
        options.CancellationToken = stop.Token;
        options.Progress = new Action<ByolProgress>(_ => stop.Cancel()).AsProgress();
        Assert.IsTrue(Train(options, TimeProvider.System).IsCancelled);
    }

    private void Resume()
    {
        var options = Options();
        options.CheckpointDirectory = _folder["run"];
        var checkpoint = new CheckpointFolder(options.CheckpointDirectory, kept: 1).LoadNewest(Assert.Fail)!;
        Train(options, TimeProvider.System, resumed: checkpoint);
    }

    private static TrainingOutcome Train(
        ByolOptions options, TimeProvider clock, ImageStore? store = null, Checkpoint? resumed = null)
    {
        var recipe = options.Recipe! with { Epochs = options.Epochs!.Value };
        var log = SilentLog.Instance;
        var start = StartingEncoder.Of(options, recipe, log);
        return new Pretrainer(options, recipe, seed: 5, CPU, log, clock)
            .Train(store ?? TestStores.Noise(Images, seed: 1), start, resumed);
    }

    private ByolOptions Options()
    {
        var options = TestPictures.TinyRecipe();
        options.Teacher = _folder["teacher.onnx"];
        options.Epochs = 2;
        options.Activity = OnLook(_looks.Add);
        options.Change(recipe => recipe with
        {
            Method = ByolPretrainingMethod.Taught,
            Teaching = recipe.Teaching with { StartsFromTeacher = false },
            Encoder = recipe.Encoder with { Width = 0.125 },
            ValidationFraction = (double)HeldOut / Images,
        });
        return options;
    }

    private static IProgress<ByolActivity> OnLook(Action<ByolActivity> action) => new Action<ByolActivity>(activity =>
    {
        if (activity.Kind == ByolActivityKind.Teaching)
        {
            action(activity);
        }
    }).AsProgress();
}
