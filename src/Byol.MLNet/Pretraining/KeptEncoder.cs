using Byol.MLNet.Encoders;
using Byol.MLNet.Onnx;

namespace Byol.MLNet.Pretraining;

/// <summary>A training that an error ended after its first step, with the encoder as it then was.</summary>
internal sealed class InterruptedTrainingException(NetworkWeights encoder, long step, long totalSteps, Exception inner)
    : Exception(inner.Message, inner)
{
    public NetworkWeights Encoder { get; } = encoder;

    public string Progress { get; } = step < totalSteps ? $"step {step} of {totalSteps}" : "its last step";
}

/// <summary>Saves the encoder of a fit that cannot return it.</summary>
internal static class KeptEncoder
{
    /// <summary>The error to throw: what failed, and the file that the encoder is kept in.</summary>
    public static InvalidOperationException After(
        string when, Exception failure, FrozenEncoder encoder, string? checkpointDirectory)
    {
        var kept = Save(encoder, checkpointDirectory) is { } path
            ? $"The encoder as trained so far is kept in '{path}', which LoadByolEmbedding reads."
            : "The encoder could not be kept: "
                + "neither the folder for temporary files nor the current one can be written.";
        return new InvalidOperationException(
            $"The fit failed after {when}: {failure.Message.TrimEnd('.')}. {kept}", failure);
    }

    private static string? Save(FrozenEncoder encoder, string? checkpointDirectory)
    {
        foreach (var folder in (string?[])[checkpointDirectory, Path.GetTempPath(), Environment.CurrentDirectory])
        {
            if (folder is null or "")
            {
                continue;
            }
            try
            {
                var path = Path.Combine(Path.GetFullPath(folder), $"byol-encoder-{Guid.NewGuid():N}.onnx");
                encoder.Save(path);
                return path;
            }
            catch (IOException)
            {
                // The next folder may do.
            }
        }
        return null;
    }
}
