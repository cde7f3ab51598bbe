using System.Runtime.InteropServices;

namespace Byol.MLNet.Torch;

/// <summary>
/// While this lives, the C library keeps freed memory instead of giving it back to the system. A step frees and
/// allocates hundreds of tensors of megabytes, which by default are mapped and zeroed by the system anew each time; on
/// two cores that costs a step an eighth of its time. Only glibc has the switch; elsewhere this does nothing.
/// </summary>
internal sealed class RetainedHeap : IDisposable
{
    // Parameters of mallopt(3), from malloc.h. Threads other than the first have heaps of 64 MiB, which only the
    // padding keeps.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MapThreshold = -3;
    private const int Default = 128 * 1024;
    private const int Never = int.MaxValue;
    private const int WholeHeap = 64 << 20;

    private readonly bool _isActive;

    public RetainedHeap()
    {
        try
        {
            _isActive = OperatingSystem.IsLinux() && Set(map: Never, trim: Never, pad: WholeHeap);
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
            Set(Default, Default, Default);
            _ = malloc_trim(0);
        }
    }

    private static bool Set(int map, int trim, int pad) =>
        mallopt(MapThreshold, map) == 1 && mallopt(TrimThreshold, trim) == 1 && mallopt(TopPad, pad) == 1;

    [DllImport("libc.so.6")]
    private static extern int mallopt(int parameter, int value);

    [DllImport("libc.so.6")]
    private static extern int malloc_trim(nuint pad);
}
