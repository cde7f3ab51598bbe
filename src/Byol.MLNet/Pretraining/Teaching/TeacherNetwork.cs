using Byol.MLNet.Images;
using Byol.MLNet.Onnx.Import;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Teaching;

/// <summary>A network to learn from, as its file has it.</summary>
/// <param name="Weights">The file, and what is said of it.</param>
/// <param name="Encoder">The network, where it is of this library's kinds of layers.</param>
/// <param name="Normalization">What its input is normalised with.</param>
/// <param name="ImageSize">The side of the pictures that it was made for.</param>
internal sealed record TeacherNetwork(
    ByolWeights Weights, PretrainedEncoder? Encoder, Normalization Normalization, int ImageSize)
{
    // A picture is enlarged so many times at most for an encoder, which takes any size: more shows it nothing new.
    private const int LargestEnlargement = 3;

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no network that takes pictures.</exception>
    public static TeacherNetwork Read(ByolWeights weights)
    {
        weights.RequireFile();
        try
        {
            var encoder = PretrainedEncoder.Read(weights);
            return new(weights, encoder, encoder.Normalization, encoder.ImageSize);
        }
        catch (InvalidDataException)
        {
            using var network = new OnnxTeacher(weights);
            return new(weights, null, PretrainedEncoder.NormalizationOf(weights), network.ImageSize);
        }
    }

    /// <summary>The side of the pictures that it is shown.</summary>
    /// <param name="wanted">What the recipe says; null chooses.</param>
    /// <param name="pictureSide">The side of the pictures as they are.</param>
    public int Side(int? wanted, int pictureSide) => wanted
        ?? (Encoder is null ? ImageSize : Math.Min(ImageSize, LargestEnlargement * pictureSide));

    /// <summary>The network, for pictures of the given side.</summary>
    public ITeacher Open(int side, ScalarType compute, Device device) =>
        Encoder is null ? new OnnxTeacher(Weights) : new EncoderTeacher(Encoder.Imported, side, compute, device);
}
