using System.Runtime.InteropServices;

namespace Byol.MLNet.Torch;

/// <summary>What NVIDIA's driver says of a card and TorchSharp does not.</summary>
internal static class CudaDriver
{
    private const int ComputeCapabilityMajor = 75;
    private const int Ampere = 8;

    private delegate int Initialize(uint flags);

    private delegate int GetDevice(out int device, int ordinal);

    private delegate int GetAttribute(out int value, int attribute, int device);

    /// <summary>
    /// Whether the card computes bfloat16 natively: compute capability 8.0 (Ampere) or above. False where there is no
    /// driver.
    /// </summary>
    public static bool HasBFloat16(int ordinal)
    {
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out var driver))
        {
            return false;
        }
        return Find<Initialize>("cuInit")(0) == 0
            && Find<GetDevice>("cuDeviceGet")(out var device, ordinal) == 0
            && Find<GetAttribute>("cuDeviceGetAttribute")(out var major, ComputeCapabilityMajor, device) == 0
            && major >= Ampere;

        T Find<T>(string name) => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(driver, name));
    }
}
