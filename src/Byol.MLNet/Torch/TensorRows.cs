using static TorchSharp.torch;

namespace Byol.MLNet.Torch;

/// <summary>Vectors as the rows of a matrix, and back.</summary>
internal static class TensorRows
{
    /// <summary>N vectors of D values as N×D in fp32.</summary>
    public static Tensor Of(IReadOnlyList<float[]> rows) =>
        tensor(rows.SelectMany(row => row).ToArray(), [rows.Count, rows[0].Length]);

    /// <summary>The rows of an N×D fp32 tensor, wherever it lies.</summary>
    public static IEnumerable<float[]> Read(Tensor rows)
    {
        using var scope = NewDisposeScope();
        return rows.cpu().contiguous().data<float>().ToArray().Chunk((int)rows.shape[1]);
    }
}
