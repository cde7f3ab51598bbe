using System.Runtime.InteropServices;

namespace Byol.MLNet.Collectives;

/// <summary>What processes must decide alike.</summary>
internal static class Agreement
{
    /// <summary>Whether it is so in any process.</summary>
    public static bool Any(this IByolCollective collective, bool value)
    {
        Span<float> count = [value ? 1 : 0];
        collective.Sum(count);
        return count[0] > 0;
    }

    /// <summary>The sum over all processes.</summary>
    public static double Sum(this IByolCollective collective, double value)
    {
        if (collective.Size == 1)
        {
            return value;
        }
        Span<float> sum = [(float)value];
        collective.Sum(sum);
        return sum[0];
    }

    /// <summary>The value that process 0 has.</summary>
    public static T OfFirst<T>(this IByolCollective collective, T value)
        where T : unmanaged
    {
        collective.Broadcast(MemoryMarshal.AsBytes(new Span<T>(ref value)));
        return value;
    }

    /// <summary>The part of a batch that is this process's: as many values as each other one has.</summary>
    public static ReadOnlySpan<T> PartOf<T>(this IByolCollective collective, ReadOnlySpan<T> batch)
    {
        var count = batch.Length / collective.Size;
        return batch.Slice(collective.Rank * count, count);
    }
}
