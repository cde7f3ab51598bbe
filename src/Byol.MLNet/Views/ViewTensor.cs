using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Byol.MLNet.Views;

/// <summary>Two views of each image of a batch, N×3×S×S each, and which images of the store they are of.</summary>
internal sealed record ViewPair(Tensor First, Tensor Second, IReadOnlyList<int> Images);

/// <summary>Drawn views as a tensor on the run's device.</summary>
internal static class ViewTensor
{
    /// <summary>The views of so many batches; null where there are not so many left.</summary>
    public static ViewPair[]? Next(IEnumerator<ViewBatch> batches, int count, Device device)
    {
        var next = new ViewPair[count];
        for (var i = 0; i < next.Length; i++)
        {
            if (!batches.MoveNext())
            {
                return null;
            }
            using var batch = batches.Current;
            next[i] = Of(batch, device);
        }
        return next;
    }

    public static ViewPair Of(ViewBatch batch, Device device) =>
        new(Of(batch.First, batch.Side, device), Of(batch.Second, batch.Side, device), batch.Images);

    /// <summary>N×3×S×S values, channels last in memory.</summary>
    // torch.tensor would clone the array first.
    public static Tensor Of(float[] views, int side, Device device)
    {
        var values = empty([views.Length / ViewBatch.ValuesPerView(side), side, side, 3], float32, CPU);
        MemoryMarshal.AsBytes<float>(views).CopyTo(values.bytes);
        var channelsLast = values.permute(0, 3, 1, 2);
        // From pinned memory a GPU copies while this thread goes on; libtorch keeps that memory until the copy is done.
        return device.type == DeviceType.CPU ? channelsLast : channelsLast.pin_memory().to(device, non_blocking: true);
    }
}
