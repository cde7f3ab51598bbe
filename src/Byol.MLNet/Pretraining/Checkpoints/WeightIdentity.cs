using System.Globalization;
using System.Security.Cryptography;
using Byol.MLNet.Weights;

namespace Byol.MLNet.Pretraining.Checkpoints;

/// <summary>A file of weights by what is in it, wherever it lies and however its path is written.</summary>
internal static class WeightIdentity
{
    private const string Network = "the ONNX file";
    private const string Tensors = "the weight file";
    private const string Gone = "a file that is not there";

    /// <summary>What is in the file, as a digest; empty where there are no weights.</summary>
    public static string Of(ByolWeights? weights)
    {
        if (weights is null)
        {
            return "";
        }
        if (!weights.Exists)
        {
            return Gone;
        }
        using var stream = File.OpenRead(weights.Path);
        var kind = WeightFile.IsOnnx(weights.Path) ? Network : Tensors;
        return $"{kind} of SHA-256 {Convert.ToHexStringLower(SHA256.HashData(stream))}";
    }

    /// <summary>What is said of the network's input beside the file; empty where nothing is.</summary>
    public static string InputOf(ByolWeights? weights) => weights is null
        ? ""
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{weights.ChannelOrder}, {weights.ImageSize?.ToString(CultureInfo.InvariantCulture) ?? "its own"} px, "
                + $"mean {Text(weights.Mean)}, deviation {Text(weights.StandardDeviation)}");

    /// <summary>Whether the file is not there: a run that goes on needs its weights no more.</summary>
    public static bool IsGone(string identity) => identity == Gone;

    /// <summary>Whether a run can go on without the file: all that it gave are weights.</summary>
    public static bool IsDispensable(string recorded) => recorded.StartsWith(Tensors, StringComparison.Ordinal);

    private static string Text(IReadOnlyList<float>? values) => values is null
        ? "its own"
        : string.Join('/', values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
}
