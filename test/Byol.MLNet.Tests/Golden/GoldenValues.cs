using System.Text.Json;
using Byol.MLNet.Encoders;

namespace Byol.MLNet.Tests.Golden;

/// <summary>
/// Figures that PyTorch 2.6 and torchvision 0.21 gave, and the integer hash that both sides make weights and inputs
/// from.
/// </summary>
internal static class GoldenValues
{
    public static JsonElement Root { get; } = Load("pytorch.json");

    /// <summary>Figures about features, by NumPy.</summary>
    public static JsonElement Diagnostics { get; } = Load("numpy.json");

    /// <summary>Values in [-1, 1): murmur3's 32-bit finaliser of (index + key × 0x9E3779B9), scaled.</summary>
    public static double[] Unit(long count, long key)
    {
        var values = new double[count];
        var offset = unchecked((uint)(key * 0x9E3779B9));
        for (var i = 0; i < values.Length; i++)
        {
            var h = unchecked((uint)i + offset);
            h ^= h >> 16;
            h *= 0x85EBCA6B;
            h ^= h >> 13;
            h *= 0xC2B2AE35;
            h ^= h >> 16;
            values[i] = h / 2147483648.0 - 1;
        }
        return values;
    }

    public static float[] UnitFloats(long count, long key) => [.. Unit(count, key).Select(value => (float)value)];

    /// <summary>
    /// A module's weights: key = base + position in PyTorch's state, which also counts num_batches_tracked after each
    /// running_var.
    /// </summary>
    public static NetworkWeights Fill(IReadOnlyList<TensorSpec> specs, int keyBase)
    {
        var position = 0;
        return new NetworkWeights(specs, spec =>
        {
            var unit = Unit(spec.Count, keyBase + position);
            position += spec.Role == TensorRole.RunningVariance ? 2 : 1;
            var scale = Math.Sqrt(6.0 / (spec.Count / spec.Shape[0]));
            Func<double, double> map = spec.Role switch
            {
                TensorRole.RunningVariance => value => 1 + 0.1 * Math.Abs(value),
                TensorRole.NormScale => value => 1 + 0.1 * value,
                TensorRole.Weight => value => value * scale,
                _ => value => 0.1 * value,
            };
            return [.. unit.Select(value => (float)map(value))];
        });
    }

    private static JsonElement Load(string name)
    {
        using var stream = typeof(GoldenValues).Assembly.GetManifestResourceStream(name)!;
        return JsonDocument.Parse(stream).RootElement;
    }
}
