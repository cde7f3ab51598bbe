using Byol.MLNet.Encoders;
using Byol.MLNet.Images;
using Byol.MLNet.Options;

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
    /// <summary>The side of the pictures that most networks are made for.</summary>
    public const int UsualImageSize = 224;

    private const int MaximumReducedSize = 256;

    /// <summary>Reads an ONNX file: a model of this library, or another program's network.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or none of an encoder.</exception>
    public static PretrainedEncoder Read(ByolWeights weights)
    {
        weights.RequireFile();
        var imported = FrozenEncoder.IsOwn(weights.Path) ? Own(weights.Path) : EncoderImport.Read(weights.Path);
        var ordered = weights.ChannelOrder == ByolChannelOrder.Bgr
            ? Checked(weights, () => ChannelReversal.Of(imported))
            : imported;
        return new PretrainedEncoder(
            ordered,
            NormalizationOf(weights, ordered.Normalization),
            weights.ImageSize ?? ordered.ImageSize ?? UsualImageSize);
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
        return Checked(weights, () => encoder.Freeze(encoder.ImageSize));
    }

    /// <summary>What a network's input is normalised with, by its description, else its file, else
    /// ImageNet's.</summary>
    public static Normalization NormalizationOf(ByolWeights weights, Normalization? ofFile = null)
    {
        var otherwise = ofFile ?? Normalization.ImageNet;
        return new Normalization(
            [.. weights.Mean ?? otherwise.Mean], [.. weights.StandardDeviation ?? otherwise.StandardDeviation]);
    }

    /// <summary>The encoder as it is, for pictures of the given side. They are taken twice as large and averaged where
    /// that is affordable: resizing alone skips pixels of large pictures.</summary>
    public FrozenEncoder Freeze(int imageSize) =>
        Freeze(imageSize, imageSize <= MaximumReducedSize ? 2 * imageSize : imageSize);

    /// <summary>The encoder as it is, for pictures of the given side that are averaged from larger ones.</summary>
    /// <exception cref="ArgumentException">No encoder can be for pictures of this side.</exception>
    public FrozenEncoder Freeze(int imageSize, int storedImageSize)
    {
        var recipe = ByolRecipe.Fast with
        {
            Name = Imported.Backbone.Name,
            Encoder = Settle(
                new ByolEncoderRecipe { ImageSize = imageSize, ResizeMode = ByolResizeMode.Crop }),
        };
        if (OptionsValidator.ValueErrors(recipe).FirstOrDefault() is { } error)
        {
            throw new ArgumentException(error);
        }
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

    private static T Checked<T>(ByolWeights weights, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw EncoderImport.Unreadable(weights.Path, exception);
        }
    }
}
