using System.Globalization;

namespace Byol.Cli.Bulk;

/// <summary>Which of the processes that share a job this one is, as MPI's launchers tell each that they start.</summary>
/// <param name="Rank">From 0.</param>
/// <param name="Size">How many there are.</param>
internal sealed record ProcessRank(int Rank, int Size)
{
    // Open MPI; MPICH, Intel MPI and MS-MPI.
    private static readonly (string Rank, string Size)[] Names =
    [
        ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE"),
    ];

    /// <summary>This process; the only one where no launcher started it.</summary>
    public static ProcessRank Current { get; } = Of(Environment.GetEnvironmentVariable);

    public static ProcessRank Of(Func<string, string?> variable) =>
        (from name in Names
         let rank = Number(variable(name.Rank))
         let size = Number(variable(name.Size))
         where rank is not null && size > rank
         select new ProcessRank(rank.Value, size.Value)).FirstOrDefault(new ProcessRank(0, 1));

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
