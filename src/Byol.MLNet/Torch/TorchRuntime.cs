using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace Byol.MLNet.Torch;

/// <summary>What libtorch has on this machine: whether it loads, which device and which precision a run gets.</summary>
internal static class TorchRuntime
{
    /// <exception cref="InvalidOperationException">The native library is missing or cannot be loaded.</exception>
    public static void EnsureLoaded()
    {
        try
        {
            InitializeDeviceType(DeviceType.CPU);
            using var _ = zeros(1);
        }
        catch (Exception exception) when (
            exception is TypeInitializationException or DllNotFoundException or NotSupportedException)
        {
            throw new InvalidOperationException(
                "Training needs TorchSharp's native library, which could not be loaded. "
                + "Reference TorchSharp-cpu (or TorchSharp-cuda-windows, "
                + "TorchSharp-cuda-linux) in the program; on Linux it also needs a libstdc++ of GCC 13 or newer "
                + "(GLIBCXX_3.4.32), which Debian 12 lacks.",
                exception);
        }
    }

    /// <summary>
    /// The MLContext's GPU where it names one that is there, else the CPU where it allows falling back.
    /// </summary>
    /// <exception cref="InvalidOperationException">The GPU's number is negative, or there is no such GPU and falling
    /// back is not allowed.</exception>
    public static Device ChooseDevice(int? gpuDeviceId, bool fallbackToCpu)
    {
        if (gpuDeviceId is not { } id)
        {
            return CPU;
        }
        if (id < 0)
        {
            throw new InvalidOperationException(
                $"MLContext.GpuDeviceId is {id}; it must be 0 or more, or null for the CPU.");
        }
        if (cuda.is_available() && id < cuda.device_count())
        {
            return new Device(DeviceType.CUDA, id);
        }
        return fallbackToCpu
            ? CPU
            : throw new InvalidOperationException(
                $"MLContext.GpuDeviceId is {id}, but there is no such CUDA device; "
                + "set FallbackToCpu to train on the CPU.");
    }

    public static ScalarType ChoosePrecision(ByolPrecision precision, Device device) => precision switch
    {
        ByolPrecision.Float32 => float32,
        ByolPrecision.BFloat16 => bfloat16,
        _ => (device.type == DeviceType.CPU ? ProcessorHasBFloat16() : CudaDriver.HasBFloat16(device.index))
            ? bfloat16
            : float32,
    };

    // CPUID leaf 7: AVX512_BF16 is bit 5 of EAX in subleaf 1, AMX-BF16 bit 22 of EDX in subleaf 0.
    private static bool ProcessorHasBFloat16()
    {
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < 7)
        {
            return false;
        }
        var hasAmx = (X86Base.CpuId(7, 0).Edx & (1 << 22)) != 0;
        var hasAvx512 = (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;
        return hasAmx || hasAvx512;
    }
}
