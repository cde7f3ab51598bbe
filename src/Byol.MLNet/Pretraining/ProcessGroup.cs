using Byol.MLNet.Collectives;

namespace Byol.MLNet.Pretraining;

/// <summary>What processes must have in common, and what happens where one fails.</summary>
internal static class ProcessGroup
{
    /// <summary>Runs a training's part in this process. Where that fails, all processes end: the others would wait for
    /// this one for ever.</summary>
    public static T Run<T>(IByolCollective collective, Func<T> train)
    {
        try
        {
            return train();
        }
        catch (Exception exception) when (collective.Size > 1 && !IsOfAll(exception))
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
    private static bool IsOfAll(Exception exception) =>
        exception is OperationCanceledException or ByolCollapseException or ByolDivergenceException;
}
