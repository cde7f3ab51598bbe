using Byol.MLNet.Encoders;

namespace Byol.MLNet.Onnx.Import;

/// <summary>Makes a network for pictures in blue, green, red one for pictures in red, green, blue.</summary>
internal static class ChannelReversal
{
    /// <exception cref="FormatException">Its layers keep the channels apart.</exception>
    public static ImportedEncoder Of(ImportedEncoder encoder)
    {
        var values = encoder.Weights.Specs.ToDictionary(spec => spec.Name, spec => encoder.Weights[spec.Name]);
        Reverse(encoder.Backbone.Layers(encoder.Stem, encoder.Width), values);
        return encoder with
        {
            Weights = new NetworkWeights(encoder.Weights.Specs, spec => values[spec.Name]),
            Normalization = encoder.Normalization?.Reversed(),
        };
    }

    // Up to the first convolution, after which channels are no colours.
    private static void Reverse(IReadOnlyList<EncoderLayer> layers, Dictionary<string, float[]> values)
    {
        foreach (var layer in layers)
        {
            switch (layer)
            {
                case ConvolutionLayer { Groups: 1 } convolution:
                    var weight = convolution.Tensors().Single();
                    values[weight.Name] = Reverse(values[weight.Name], weight.Shape);
                    return;
                case ConvolutionLayer or ResidualLayer:
                    throw new FormatException(
                        "its channels cannot be put into another order, since its first layer is no convolution of all "
                        + "three");
                default:
                    foreach (var tensor in layer.Tensors())
                    {
                        values[tensor.Name] = [.. values[tensor.Name].Reverse()];
                    }
                    break;
            }
        }
    }

    // Output, input, height, width.
    private static float[] Reverse(float[] kernels, long[] shape) =>
    [
        .. kernels.Chunk((int)(shape[2] * shape[3])).Chunk((int)shape[1])
            .SelectMany(kernel => kernel.Reverse()).SelectMany(tap => tap),
    ];
}
