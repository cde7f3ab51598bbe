using System.Diagnostics;
using Byol.MLNet.Collectives;
using Byol.MLNet.Foundation;
using Byol.MLNet.Pretraining.Checkpoints;

namespace Byol.MLNet.Pretraining;

/// <summary>
/// Writes a run's checkpoints. A failure to write one is a warning: the run is worth more than the checkpoint.
/// </summary>
internal sealed class Checkpointer(
    ByolOptions options, RunIdentity identity, ITrainingLog log, IByolCollective collective)
{
    private RunIdentity _identity = identity;
    private readonly CheckpointFolder _folder = new(options.CheckpointDirectory!, options.CheckpointsKept);
    private long? _lastStep;
    private long? _lastTried;
    private long _lastTime = Stopwatch.GetTimestamp();

    /// <summary>Folder of the checkpoint that was written last, or resumed from.</summary>
    public string? LastSaved => _lastStep is { } step ? _folder.PathOf(step) : null;

    /// <exception cref="InvalidOperationException">The checkpoint is another run's.</exception>
    public void RequireSame(Checkpoint checkpoint)
    {
        _identity.RequireSame(checkpoint.Manifest, options.CheckpointDirectory!);
        _identity = _identity.Complete(checkpoint.Manifest);
        _lastStep = _lastTried = checkpoint.Manifest.Step;
    }

    /// <summary>Where the run keeps what its teacher made of the images.</summary>
    public TeacherFile TeacherFile(int side, ByolPrecision precision) =>
        new(options.CheckpointDirectory!, _identity, side, precision, log);

    /// <summary>Whether one is to be written after the step that the run has just taken.</summary>
    public bool IsDue(TrainingRun run) =>
        run.Step % options.CheckpointEvery == 0
        || options.CheckpointInterval is { } interval
            && collective.OfFirst(Stopwatch.GetElapsedTime(_lastTime) >= interval)
        || run.IsAtEpochEnd && options is { CheckpointEvery: null, CheckpointInterval: null };

    /// <summary>Writes a checkpoint of the run as it stands, unless that is already there; process 0 does, as all have
    /// the same.</summary>
    public void Save(TrainingRun run, IReadOnlyList<ByolProgress> history)
    {
        if (run.Step == 0 || run.Step == _lastTried)
        {
            return;
        }
        _lastTried = run.Step;
        try
        {
            var seconds = run.Seconds;
            if (collective.Rank == 0)
            {
                _folder.Save(run.Capture(_identity, history, seconds));
            }
            _lastStep = run.Step;
            _lastTime = Stopwatch.GetTimestamp();
        }
        catch (IOException exception)
        {
            log.Warning(exception.Message);
        }
    }
}
