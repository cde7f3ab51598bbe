using System.Runtime.InteropServices;

namespace Byol.MLNet.Training;

/// <summary>
/// While this lives, the C library keeps freed memory instead of giving it back to the system. A step frees and allocates hundreds of
/// tensors of megabytes, which by default are mapped and zeroed by the system anew each time; on two cores that costs a step a
/// seventh of its time. Only glibc has the switch; elsewhere this does nothing.
/// </summary>
internal sealed class RetainedHeap : IDisposable
{
    // From malloc.h; the defaults are those of mallopt(3).
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;
    private const int DefaultThreshold = 128 * 1024;
    private const int Never = int.MaxValue;

    private readonly bool _isActive;

    public RetainedHeap()
    {
        try
        {
            _isActive = OperatingSystem.IsLinux() && mallopt(MapThreshold, Never) == 1 && mallopt(TrimThreshold, Never) == 1;
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library, such as musl.
        }
    }

    /// <summary>Restores the defaults and gives the free memory back.</summary>
    public void Dispose()
    {
        if (_isActive)
        {
            _ = mallopt(MapThreshold, DefaultThreshold);
            _ = mallopt(TrimThreshold, DefaultThreshold);
            _ = malloc_trim(0);
        }
    }

    [DllImport("libc.so.6")]
    private static extern int mallopt(int parameter, int value);

    [DllImport("libc.so.6")]
    private static extern int malloc_trim(nuint pad);
}
