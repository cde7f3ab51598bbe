using System.Runtime.InteropServices;
using Byol.MLNet.Foundation;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;

namespace Byol.MLNet.Onnx;

/// <summary>
/// How this process uses ONNX Runtime: without its reports to its makers, and on the device that the MLContext names.
/// </summary>
internal static class OnnxSetup
{
    private const string TelemetrySwitch = "ORT_DISABLE_TELEMETRY";

    private static readonly Lazy<bool> Telemetry = new(DisableTelemetry);

    /// <summary>
    /// Turns the runtime's telemetry off where the user has not chosen. It is on by default, leaves a device id in the
    /// home folder and calls out, which users of private pictures do not expect. To be called before the first session.
    /// </summary>
    public static void Ensure() => _ = Telemetry.Value;

    /// <exception cref="InvalidOperationException">The MLContext asks for a GPU that ONNX Runtime's package cannot
    /// use.</exception>
    public static SessionOptions CreateOptions(TransformsCatalog catalog)
    {
        Ensure();
        var options = new SessionOptions();
        if (Environment.ProcessorCount == 1)
        {
            // By itself the runtime puts threads on all cores of the machine, also on those that are another's.
            options.IntraOpNumThreads = 1;
        }
        var environment = new MLNetEnvironment(catalog);
        if (environment.GpuDeviceId is { } device)
        {
            try
            {
                options.AppendExecutionProvider_CUDA(device);
            }
            catch (Exception exception) when (IsWithoutCuda(exception))
            {
                if (!environment.FallbackToCpu)
                {
                    throw WithoutCuda(environment, exception);
                }
            }
        }
        return options;
    }

    /// <summary>Whether the runtime says that it cannot use the GPU: its CPU package lacks even the call.</summary>
    public static bool IsWithoutCuda(Exception exception) =>
        exception is EntryPointNotFoundException or OnnxRuntimeException;

    public static InvalidOperationException WithoutCuda(MLNetEnvironment environment, Exception exception) => new(
        $"MLContext.GpuDeviceId is {environment.GpuDeviceId}, but the referenced ONNX Runtime cannot use it; "
        + "reference Microsoft.ML.OnnxRuntime.Gpu, or set FallbackToCpu.",
        exception);

    private static bool DisableTelemetry()
    {
        if (Environment.GetEnvironmentVariable(TelemetrySwitch) is not null)
        {
            return false;
        }
        Environment.SetEnvironmentVariable(TelemetrySwitch, "1");
        if (!OperatingSystem.IsWindows())
        {
            // What .NET sets there reaches its own child processes, but not the C library, which the runtime asks.
            _ = setenv(TelemetrySwitch, "1", overwrite: 0);
        }
        return true;
    }

    [DllImport("libc")]
    private static extern int setenv(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string value,
        int overwrite);
}
