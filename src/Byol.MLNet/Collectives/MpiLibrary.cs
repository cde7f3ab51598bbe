using System.Runtime.InteropServices;

namespace Byol.MLNet.Collectives;

/// <summary>
/// The functions of an MPI library that a training needs, by function pointers: one build of this library works with
/// whichever the machine has.
/// </summary>
internal sealed unsafe class MpiLibrary
{
    private const int Multiple = 3;

    private readonly nint _world;
    private readonly nint _float;
    private readonly nint _byte;
    private readonly nint _sum;
    private readonly nint _inPlace;
    private readonly delegate* unmanaged[Cdecl]<nint, nint, int, nint, nint, nint, int> _allReduce;
    private readonly delegate* unmanaged[Cdecl]<nint, int, nint, int, nint, int> _broadcast;
    private readonly delegate* unmanaged[Cdecl]<nint, int, int> _abort;
    private readonly delegate* unmanaged[Cdecl]<int> _finalize;

    private MpiLibrary(nint library, MpiKind kind)
    {
        (_world, _float, _byte, _sum, _inPlace) = kind == MpiKind.OpenMpi
            ? (
                Export("ompi_mpi_comm_world"), Export("ompi_mpi_float"), Export("ompi_mpi_byte"),
                Export("ompi_mpi_op_sum"), 1)
            : (0x44000000, 0x4c00040a, 0x4c00010d, 0x58000003, -1);
        _allReduce =
            (delegate* unmanaged[Cdecl]<nint, nint, int, nint, nint, nint, int>)Export("MPI_Allreduce");
        _broadcast = (delegate* unmanaged[Cdecl]<nint, int, nint, int, nint, int>)Export("MPI_Bcast");
        _abort = (delegate* unmanaged[Cdecl]<nint, int, int>)Export("MPI_Abort");
        _finalize = (delegate* unmanaged[Cdecl]<int>)Export("MPI_Finalize");
        var initialize = (delegate* unmanaged[Cdecl]<int*, byte***, int, int*, int>)Export("MPI_Init_thread");
        int provided;
        // Any thread may call it, one at a time: the training does, and its thread is the caller's.
        Check(initialize(null, null, Multiple, &provided), "MPI_Init_thread");

        nint Export(string name) => NativeLibrary.GetExport(library, name);
    }

    /// <exception cref="InvalidOperationException">No such library is installed; the message says what to
    /// install.</exception>
    public static MpiLibrary Load(MpiKind kind) => Load(kind, kind == MpiKind.OpenMpi
        ? ["libmpi.so.40", "libmpi.so", "libmpi.dylib"]
        : ["libmpich.so.12", "libmpi.so.12", "libmpich.so", "msmpi.dll", "libmpi.dylib"]);

    /// <param name="kind">The family that the library belongs to.</param>
    /// <param name="names">The names that it may have; the first that is there counts.</param>
    /// <exception cref="InvalidOperationException">None is there.</exception>
    internal static MpiLibrary Load(MpiKind kind, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, out var library))
            {
                return new MpiLibrary(library, kind);
            }
        }
        throw new InvalidOperationException(
            $"This process was started by {(kind == MpiKind.OpenMpi ? "Open MPI" : "MPICH")}, whose library cannot be "
            + $"loaded ({names[0]}); install {(kind == MpiKind.OpenMpi ? "openmpi-bin" : "mpich")}, or what your "
            + "system calls it.");
    }

    public void Sum(Span<float> values)
    {
        fixed (float* start = values)
        {
            Check(_allReduce(_inPlace, (nint)start, values.Length, _float, _sum, _world), "MPI_Allreduce");
        }
    }

    public void Broadcast(Span<byte> values)
    {
        fixed (byte* start = values)
        {
            Check(_broadcast((nint)start, values.Length, _byte, 0, _world), "MPI_Bcast");
        }
    }

    public void Abort() => _abort(_world, 1);

    public void Finish() => Check(_finalize(), "MPI_Finalize");

    private static void Check(int error, string function)
    {
        if (error != 0)
        {
            throw new InvalidOperationException($"{function} failed with error {error}.");
        }
    }
}
