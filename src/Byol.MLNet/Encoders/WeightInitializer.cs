using Byol.MLNet.Foundation;

namespace Byol.MLNet.Encoders;

/// <summary>
/// Fresh weights from a seed: convolutions Kaiming normal (fan out, ReLU), batch norm 1 and 0, linear layers uniform
/// ±1/√fan-in.
/// It does not need libtorch, so an evaluation can rebuild the untrained encoder from a model file's seed anywhere.
/// </summary>
internal static class WeightInitializer
{
    public static NetworkWeights Create(IReadOnlyList<TensorSpec> specs, int seed)
    {
        var index = 0;
        var fanIn = 0L;
        return new NetworkWeights(specs, spec =>
        {
            var random = RandomStream.For(RandomPurpose.Initialization, seed, index++);
            switch (spec)
            {
                case { Role: TensorRole.Weight, Shape.Length: 4 }:
                    var fanOut = spec.Shape[0] * spec.Shape[2] * spec.Shape[3];
                    return Fill(spec, Math.Sqrt(2.0 / fanOut), random.NextGaussian);
                case { Role: TensorRole.Weight }:
                    fanIn = spec.Shape[1];
                    return Fill(spec, 1 / Math.Sqrt(fanIn), random.NextSigned);
                case { Role: TensorRole.Bias }:
                    return Fill(spec, 1 / Math.Sqrt(fanIn), random.NextSigned);
                case { Role: TensorRole.NormScale or TensorRole.RunningVariance }:
                    return Fill(spec, 1, () => 1);
                default:
                    return new float[spec.Count];
            }
        });
    }

    private static float[] Fill(TensorSpec spec, double scale, Func<double> draw)
    {
        var values = new float[spec.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(scale * draw());
        }
        return values;
    }
}
