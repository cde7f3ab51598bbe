using Byol.MLNet.Foundation;
using Byol.MLNet.Pretraining.Checkpoints;

namespace Byol.MLNet.Pretraining;

/// <summary>What a run starts from. It is found before images are read, which may take long.</summary>
internal static class StartingPoint
{
    /// <summary>The checkpoint to go on from, where the options ask for that and there is one.</summary>
    /// <exception cref="InvalidOperationException">The folder holds another run's checkpoints, which a new run would
    /// replace.</exception>
    public static Checkpoint? FindCheckpoint(ByolOptions options, IByolCollective collective, ITrainingLog log)
    {
        if (options.CheckpointDirectory is not { Length: > 0 } path)
        {
            return null;
        }
        var folder = new CheckpointFolder(path, options.CheckpointsKept);
        if (collective.Rank == 0)
        {
            // The others hold no lock on the folder, which may be another job's.
            folder.RemoveUnfinished();
        }
        if (!options.Resume)
        {
            return folder.IsEmpty
                ? null
                : throw new InvalidOperationException(
                    $"The folder '{path}' already holds checkpoints; "
                    + $"set {nameof(ByolOptions.Resume)} to go on from them, or name another folder.");
        }
        return folder.LoadNewest(log.Warning);
    }
}
