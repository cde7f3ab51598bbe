using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;
using Byol.MLNet.Pretraining.Checkpoints;
using Byol.MLNet.Weights;

namespace Byol.MLNet.Pretraining;

/// <summary>What a run starts from. It is found before images are read, which may take long.</summary>
internal static class StartingPoint
{
    /// <summary>The checkpoint to go on from, where the options ask for that and there is one.</summary>
    /// <exception cref="InvalidOperationException">The folder holds another run's checkpoints, which a new run would
    /// replace.</exception>
    public static Checkpoint? FindCheckpoint(ByolOptions options, ITrainingLog log)
    {
        if (options.CheckpointDirectory is not { Length: > 0 } path)
        {
            return null;
        }
        var folder = new CheckpointFolder(path, options.CheckpointsKept);
        folder.RemoveUnfinished();
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

    /// <summary>The encoder of the file that the options name; null where they name none.</summary>
    public static NetworkWeights? ReadInitialWeights(ByolOptions options, ByolRecipe recipe, ITrainingLog log)
    {
        if (options.InitialWeights is not { Length: > 0 } path)
        {
            return null;
        }
        var (encoder, unexpected) = WeightFile.Read(path, recipe.Encoder.Architecture().Tensors());
        var left = unexpected.Count == 0
            ? ""
            : $"; {unexpected.Count} of the file's tensors have no place in it: {EncoderNames.Some(unexpected)}";
        log.Info($"The encoder starts from '{path}'{left}.");
        return encoder;
    }
}
