using System.Globalization;

namespace Byol.MLNet.Collectives;

/// <summary>A program that starts several processes of one job, by the variables that it tells each of them.</summary>
/// <param name="Library">The MPI library that it belongs to.</param>
/// <param name="Rank">This process.</param>
/// <param name="Size">How many processes there are.</param>
internal sealed record MpiLauncher(MpiKind Library, int Rank, int Size)
{
    private static readonly (MpiKind Library, string Rank, string Size)[] Variables =
    [
        (MpiKind.OpenMpi, "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
        (MpiKind.Mpich, "PMI_RANK", "PMI_SIZE"),
    ];

    /// <summary>The launcher of this process; null where none started it.</summary>
    public static MpiLauncher? Current { get; } = Find(Environment.GetEnvironmentVariable);

    /// <summary>The launcher that the variables tell of; null where they tell of none.</summary>
    public static MpiLauncher? Find(Func<string, string?> variable) =>
        (from names in Variables
         let rank = Number(variable(names.Rank))
         let size = Number(variable(names.Size))
         where rank is not null && size > rank
         select new MpiLauncher(names.Library, rank.Value, size.Value)).FirstOrDefault();

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>The families of MPI libraries, whose handles differ.</summary>
internal enum MpiKind
{
    /// <summary>Handles are addresses of objects that the library exports.</summary>
    OpenMpi,

    /// <summary>MPICH and what is compatible with it, MS-MPI among them: handles are integers.</summary>
    Mpich,
}
