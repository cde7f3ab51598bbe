using System.Globalization;
using Byol.MLNet.Encoders;

namespace Byol.MLNet.Onnx.Import;

/// <summary>A model that this library wrote: it knows itself what pictures it takes.</summary>
internal static class OwnModel
{
    /// <exception cref="ArgumentException">Something else is said of it than it says itself.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static FrozenEncoder Load(ByolWeights weights)
    {
        var encoder = FrozenEncoder.Load(weights.Path);
        var (mean, deviation) = encoder.Metadata.Normalization;
        Require(weights, nameof(weights.ChannelOrder), weights.ChannelOrder, ByolChannelOrder.Rgb);
        Require(weights, nameof(weights.ImageSize), weights.ImageSize, encoder.Metadata.ImageSize);
        Require(weights, nameof(weights.Mean), Text(weights.Mean), Text(mean)!);
        Require(weights, nameof(weights.StandardDeviation), Text(weights.StandardDeviation), Text(deviation)!);
        return encoder;
    }

    /// <summary>Its layers and weights, to go on with.</summary>
    public static ImportedEncoder Import(FrozenEncoder model)
    {
        var encoder = model.Metadata.Recipe.Encoder;
        return new ImportedEncoder(
            encoder.Backbone,
            encoder.Stem,
            encoder.Width,
            new NetworkWeights(model.Metadata.Architecture.Tensors(), spec => model.Weight(spec.Name)),
            model.Metadata.Normalization,
            encoder.EmbeddedSize,
            LeftOut: []);
    }

    private static void Require(ByolWeights weights, string property, object? said, object own)
    {
        if (said is not null && !said.Equals(own))
        {
            throw new ArgumentException(
                $"{property} is {said}, but '{weights.Path}' is a model of Byol.MLNet, which says itself that it is "
                + $"{own}; leave {property} out.",
                nameof(weights));
        }
    }

    private static string? Text(IEnumerable<float>? values) => values is null
        ? null
        : string.Join(", ", values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
}
