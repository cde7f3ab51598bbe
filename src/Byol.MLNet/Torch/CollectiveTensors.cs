using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Byol.MLNet.Torch;

/// <summary>Tensors of several processes as one.</summary>
internal static class CollectiveTensors
{
    /// <summary>Replaces the values of an fp32 tensor by their sums over all processes.</summary>
    public static void Sum(this IByolCollective collective, Tensor values)
    {
        if (collective.Size == 1)
        {
            return;
        }
        if (values.device_type == TorchSharp.DeviceType.CPU && values.is_contiguous())
        {
            collective.Sum(MemoryMarshal.Cast<byte, float>(values.bytes));
            return;
        }
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var copy = values.cpu().contiguous();
        collective.Sum(MemoryMarshal.Cast<byte, float>(copy.bytes));
        values.copy_(copy);
    }

    /// <summary>Makes batch norm's running statistics the mean of all processes'.</summary>
    public static void AverageStatistics(this IByolCollective collective, NetworkParameters network)
    {
        if (collective.Size == 1)
        {
            return;
        }
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Tensor[] statistics = [.. network.Statistics];
        var all = cat([.. statistics.Select(statistic => statistic.flatten())]);
        collective.Sum(all);
        all.ScaleInPlace(1.0 / collective.Size);
        var offset = 0L;
        foreach (var statistic in statistics)
        {
            statistic.copy_(all.narrow(0, offset, statistic.numel()).view(statistic.shape));
            offset += statistic.numel();
        }
    }

    /// <summary>The rows of all processes, those of process 0 first; each has as many.</summary>
    public static Tensor Gather(this IByolCollective collective, Tensor rows)
    {
        if (collective.Size == 1)
        {
            return rows.alias();
        }
        var count = rows.shape[0];
        var all = zeros([collective.Size * count, .. rows.shape[1..]], rows.dtype, CPU);
        using (var own = all.narrow(0, collective.Rank * count, count))
        {
            own.copy_(rows);
        }
        collective.Sum(all);
        return all;
    }
}
