using System.Runtime.InteropServices;

namespace Byol.Samples.Web.Diagnostics;

/// <summary>ONNX Runtime reports to its makers unless this variable is set before it is loaded.</summary>
internal static class OnnxTelemetry
{
    private const string Switch = "ORT_DISABLE_TELEMETRY";

    public static void Disable()
    {
        if (Environment.GetEnvironmentVariable(Switch) is not null)
        {
            return;
        }
        Environment.SetEnvironmentVariable(Switch, "1");
        if (!OperatingSystem.IsWindows())
        {
            // .NET keeps its own copy of the environment there, and the runtime asks the C library.
            _ = setenv(Switch, "1", overwrite: 0);
        }
    }

    [DllImport("libc")]
    private static extern int setenv(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string value,
        int overwrite);
}
