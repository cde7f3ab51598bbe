using Byol.MLNet.Foundation;
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

    /// <summary>A picture is enlarged so many times at most: more shows a network nothing new.</summary>
    public const int LargestEnlargement = 3;

    private const int MaximumReducedSize = 256;
    private const int SmallestShownSize = 64;
    private const int StepOfShownSizes = 32;

    /// <summary>Reads an ONNX file: a model of this library, or another program's network.</summary>
    /// <exception cref="ArgumentException">Something else is said of a model of this library than its file
    /// says.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or none of an encoder.</exception>
    public static PretrainedEncoder Read(ByolWeights weights)
    {
        weights.RequireFile();
        WeightsAlone.Refuse(weights);
        var imported = FrozenEncoder.IsOwn(weights.Path)
            ? OwnModel.Import(OwnModel.Load(weights))
            : EncoderImport.Read(weights.Path);
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
    /// <param name="weights">The file, and what is said of it.</param>
    /// <param name="log">Is told what was left out; null where nobody reads it.</param>
    /// <exception cref="ArgumentException">Something else is said of a model of this library than its file
    /// says.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or none of an encoder.</exception>
    public static FrozenEncoder Load(ByolWeights weights, ITrainingLog? log = null)
    {
        weights.RequireFile();
        if (FrozenEncoder.IsOwn(weights.Path))
        {
            return OwnModel.Load(weights);
        }
        var encoder = Read(weights);
        if (encoder.Imported.Remark is { } remark)
        {
            log?.Info($"'{weights}': {remark}.");
        }
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

    /// <summary>The side at which a network that takes any size is shown pictures as they are: three times their own at
    /// most, and at most the side that it was made for.</summary>
    /// <param name="imageSize">That side.</param>
    /// <param name="pictureSide">The pictures' median short side; null where that is unknown.</param>
    public static int ShownSize(int imageSize, int? pictureSide) => pictureSide is { } side
        ? Math.Min(
            imageSize, Math.Max(LargestEnlargement * side / StepOfShownSizes * StepOfShownSizes, SmallestShownSize))
        : imageSize;

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
            new EncoderMetadata(recipe, storedImageSize, Normalization, 0, LibraryVersion.Current),
            Imported.Weights);
    }

    /// <summary>The recipe's encoder with these layers.</summary>
    public ByolEncoderRecipe Settle(ByolEncoderRecipe encoder) => encoder with
    {
        Backbone = Imported.Backbone,
        Stem = Imported.Stem,
        Width = Imported.Width,
    };

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
