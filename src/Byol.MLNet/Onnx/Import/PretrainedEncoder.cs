using Byol.MLNet.Encoders;
using Byol.MLNet.Images;

namespace Byol.MLNet.Onnx.Import;

/// <summary>
/// An encoder that was trained before, for pictures in red, green, blue: what a <see cref="ByolWeights"/> says of its
/// file is settled here, once.
/// </summary>
/// <param name="Imported">Layers and weights.</param>
/// <param name="Normalization">What its input is normalised with.</param>
/// <param name="ImageSize">The side of the pictures that it was made for.</param>
internal sealed record PretrainedEncoder(ImportedEncoder Imported, Normalization Normalization, int ImageSize)
{
    private const int UsualImageSize = 224;

    /// <summary>Reads an ONNX file: a model of this library, or another program's network.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or none of an encoder.</exception>
    public static PretrainedEncoder Read(ByolWeights weights)
    {
        weights.RequireFile();
        var imported = FrozenEncoder.IsOwn(weights.Path) ? Own(weights.Path) : EncoderImport.Read(weights.Path);
        if (weights.ChannelOrder == ByolChannelOrder.Bgr)
        {
            imported = imported with { Weights = Reversed(imported) };
        }
        return new PretrainedEncoder(
            imported,
            NormalizationOf(weights, imported.Normalization),
            weights.ImageSize ?? imported.ImageSize ?? UsualImageSize);
    }

    /// <summary>The encoder of an ONNX file, frozen: a model of this library as it is, another program's network for
    /// pictures of its own size.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or none of an encoder.</exception>
    public static FrozenEncoder Load(ByolWeights weights)
    {
        weights.RequireFile();
        if (FrozenEncoder.IsOwn(weights.Path))
        {
            return FrozenEncoder.Load(weights.Path);
        }
        var encoder = Read(weights);
        var scale = int.TryParse(Environment.GetEnvironmentVariable("KF"), out var f) ? f : 1;
        var size = int.TryParse(Environment.GetEnvironmentVariable("KS"), out var g) ? g : encoder.ImageSize;
        return encoder.Freeze(size, scale * size);
    }

    /// <summary>What a network's input is normalised with, by its description, else its file, else
    /// ImageNet's.</summary>
    public static Normalization NormalizationOf(ByolWeights weights, Normalization? ofFile = null)
    {
        var otherwise = ofFile ?? Normalization.ImageNet;
        return new Normalization(
            [.. weights.Mean ?? otherwise.Mean], [.. weights.StandardDeviation ?? otherwise.StandardDeviation]);
    }

    /// <summary>The encoder as it is, for pictures of the given side.</summary>
    public FrozenEncoder Freeze(int imageSize, int storedImageSize)
    {
        var recipe = ByolRecipe.Fast with
        {
            Name = Imported.Backbone.Name,
            Encoder = Settle(new ByolEncoderRecipe { ImageSize = imageSize, ResizeMode = Enum.Parse<ByolResizeMode>(Environment.GetEnvironmentVariable("RM") ?? "Squash") }),
        };
        return FrozenEncoder.Freeze(
            new EncoderMetadata(recipe, storedImageSize, Normalization, 0, Foundation.LibraryVersion.Current),
            Imported.Weights);
    }

    /// <summary>The recipe's encoder with these layers.</summary>
    public ByolEncoderRecipe Settle(ByolEncoderRecipe encoder) => encoder with
    {
        Backbone = Imported.Backbone,
        Stem = Imported.Stem,
        Width = Imported.Width,
    };

    private static ImportedEncoder Own(string path)
    {
        var frozen = FrozenEncoder.Load(path);
        var encoder = frozen.Metadata.Recipe.Encoder;
        return new ImportedEncoder(
            encoder.Backbone,
            encoder.Stem,
            encoder.Width,
            new NetworkWeights(frozen.Metadata.Architecture.Tensors(), spec => frozen.Weight(spec.Name)),
            frozen.Metadata.Normalization,
            encoder.ImageSize,
            LeftOut: []);
    }

    // The first kernels' input channels the other way round: output, input, height, width.
    private static NetworkWeights Reversed(ImportedEncoder imported)
    {
        var first = imported.Weights.Specs.First(spec => spec.Shape.Length == 4);
        var values = imported.Weights[first.Name];
        var (channels, plane) = ((int)first.Shape[1], (int)(first.Shape[2] * first.Shape[3]));
        var reversed = values.Chunk(plane).Chunk(channels).SelectMany(kernel => kernel.Reverse()).SelectMany(tap => tap);
        return new NetworkWeights(
            imported.Weights.Specs, spec => spec == first ? [.. reversed] : imported.Weights[spec.Name]);
    }
}
