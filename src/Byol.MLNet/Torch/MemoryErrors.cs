using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Byol.MLNet.Torch;

/// <summary>Says in a sentence what libtorch says in a page: that a device's memory does not suffice.</summary>
internal static class MemoryErrors
{
    /// <summary>Whether libtorch, on a GPU or the CPU, found too little memory.</summary>
    public static bool IsOutOfMemory(ExternalException exception) =>
        exception.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
        || exception.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase)
        || exception.Message.Contains("not enough memory", StringComparison.OrdinalIgnoreCase);

    public static InvalidOperationException Explain(
        ExternalException exception, Device device, int batchSize, int imageSize) =>
        new(
        $"The memory of {(device.type == DeviceType.CPU ? "this machine" : $"the GPU {device}")} "
        + $"does not suffice for a training step: "
        + $"BatchSize is {batchSize} and ImageSize {imageSize}. "
        + $"Set a smaller BatchSize and a larger GradientAccumulation, or "
        + $"Precision to {nameof(ByolPrecision.BFloat16)}.",
        exception);
}
