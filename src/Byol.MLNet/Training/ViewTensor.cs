using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Byol.MLNet.Training;

/// <summary>Drawn views as a tensor on the run's device.</summary>
internal static class ViewTensor
{
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
