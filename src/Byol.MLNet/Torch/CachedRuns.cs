using TorchSharp;
using static TorchSharp.torch;

namespace Byol.MLNet.Torch;

/// <summary>
/// Runs of a flat buffer that are short enough to stay in a core's cache from one operation to the next: memory is then
/// read once, and not once an operation.
/// </summary>
internal static class CachedRuns
{
    /// <summary>Values of a run.</summary>
    public const long Length = 1 << 17;

    /// <summary>Does the same to every run, half of the runs at once with the others where there are threads for
    /// both.</summary>
    /// <param name="buffer">The buffer; on a GPU it is one run.</param>
    /// <param name="sides">Does both halves; null does one after the other.</param>
    /// <param name="operation">Takes a run's start and length.</param>
    public static void Each(Tensor buffer, SideBySide? sides, Action<long, long> operation)
    {
        var count = buffer.numel();
        var length = buffer.device_type == DeviceType.CPU ? Length : count;
        Halves(sides, first =>
        {
            for (var start = first * length; start < count; start += 2 * length)
            {
                using var scope = NewDisposeScope();
                operation(start, Math.Min(length, count - start));
            }
        });
    }

    /// <summary>Does half 0 and half 1 of something, without gradients.</summary>
    public static void Halves(SideBySide? sides, Action<int> half)
    {
        if (sides is null)
        {
            Half(0);
            Half(1);
        }
        else
        {
            sides.Run(() => Half(0), () => Half(1));
        }

        void Half(int which)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            half(which);
        }
    }
}
