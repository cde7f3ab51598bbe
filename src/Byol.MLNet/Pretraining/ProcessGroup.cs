using System.Security.Cryptography;
using System.Text;
using Byol.MLNet.Collectives;
using Byol.MLNet.Options;
using Byol.MLNet.Pretraining.Checkpoints;

namespace Byol.MLNet.Pretraining;

/// <summary>What processes must have in common, and what happens where one fails.</summary>
internal static class ProcessGroup
{
    /// <summary>Runs a training's part in this process. Where that fails, all processes end: the others would wait for
    /// this one for ever.</summary>
    /// <param name="collective">The processes.</param>
    /// <param name="train">The training.</param>
    /// <param name="own">What stops this process alone: the others know nothing of it before they agree.</param>
    public static T Run<T>(IByolCollective collective, Func<T> train, CancellationToken own)
    {
        try
        {
            return train();
        }
        catch (Exception exception) when (collective.Size > 1 && !IsOfAll(exception, own))
        {
            collective.Abort(exception.Message);
            throw;
        }
    }

    /// <exception cref="InvalidOperationException">Process 0 has another value.</exception>
    public static void RequireSame(this IByolCollective collective, long value, string what)
    {
        if (collective.OfFirst(value) is var first && first != value)
        {
            throw new InvalidOperationException(
                $"{what} is {value} in process {collective.Rank}, and {first} in process 0: all processes must see the "
                + "same files and be given the same options.");
        }
    }

    /// <exception cref="InvalidOperationException">The run is another one in process 0.</exception>
    public static void RequireSame(this IByolCollective collective, RunIdentity identity, ByolOptions options)
    {
        if (collective.Size == 1)
        {
            return;
        }
        var values = RecipeJson.Values(identity.Recipe).Concat(identity.Run)
            .OrderBy(value => value.Key, StringComparer.Ordinal).Select(value => $"{value.Key} {value.Value}");
        string[] rest =
        [
            identity.Images, identity.Layers, $"{options.MaxTrainingTime}", $"{options.SynchronizeBatchNorm}",
            $"{options.CheckpointEvery} {options.CheckpointInterval} {options.CheckpointDirectory is null}",
            $"{options.ProgressEvery}",
        ];
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', values.Concat(rest))));
        var own = BitConverter.ToInt64(digest);
        if (collective.OfFirst(own) != own)
        {
            throw new InvalidOperationException(
                $"The options or the images of process {collective.Rank} are not those of process 0: all processes "
                + "must see the same files, in the same order, and be given the same options.");
        }
    }

    /// <exception cref="InvalidOperationException">A batch cannot be shared.</exception>
    public static void RequireParts(this IByolCollective collective, int batchSize)
    {
        if (batchSize % collective.Size != 0 || batchSize < 2 * collective.Size)
        {
            throw new InvalidOperationException(
                $"{nameof(ByolRecipe.BatchSize)} is {batchSize}; {collective.Size} processes share it, so it must be a "
                + $"multiple of {collective.Size}, at least {2 * collective.Size}.");
        }
    }

    // What every process finds at the same step.
    private static bool IsOfAll(Exception exception, CancellationToken own) => exception switch
    {
        OperationCanceledException cancelled => cancelled.CancellationToken != own,
        _ => exception is ByolCollapseException or ByolDivergenceException,
    };
}
