using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Byol.MLNet.Views;

/// <summary>Drawn views as a tensor on the run's device.</summary>
internal static class ViewTensor
{
    /// <summary>The views of so many batches; null where there are not so many left.</summary>
    public static (Tensor First, Tensor Second)[]? Next(IEnumerator<ViewBatch> batches, int count, Device device)
    {
        var next = new (Tensor First, Tensor Second)[count];
        for (var i = 0; i < next.Length; i++)
        {
            if (!batches.MoveNext())
            {
                return null;
            }
            using var batch = batches.Current;
            next[i] = (Of(batch.First, batch.Side, device), Of(batch.Second, batch.Side, device));
        }
        return next;
    }

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
