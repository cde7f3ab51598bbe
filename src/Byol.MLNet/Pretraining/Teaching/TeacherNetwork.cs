using System.Globalization;
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
    /// <exception cref="ArgumentException">Something else is said of a model of this library than its file
    /// says.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no network that takes pictures.</exception>
    public static TeacherNetwork Read(ByolWeights weights)
    {
        weights.RequireFile();
        WeightsAlone.Refuse(weights);
        try
        {
            var encoder = PretrainedEncoder.Read(weights);
            return new(weights, encoder, encoder.Normalization, encoder.ImageSize);
        }
        catch (InvalidDataException exception)
        {
            return OfOtherLayers(weights, exception);
        }
    }

    /// <summary>The side of the pictures that it is shown.</summary>
    /// <param name="wanted">What the recipe says; null chooses.</param>
    /// <param name="pictureSide">The side of the pictures as they are.</param>
    public int Side(int? wanted, int pictureSide) => wanted
        ?? (Encoder is null ? ImageSize : Math.Min(ImageSize, PretrainedEncoder.LargestEnlargement * pictureSide));

    /// <summary>What it is shown, in a sentence.</summary>
    /// <param name="side">The side of the pictures.</param>
    public string Describe(int side)
    {
        var remark = Encoder?.Imported.Remark is { } leftOut ? $"; {leftOut}" : "";
        return $"Teacher '{Weights}' at {side} px, normalised with mean {Text(Normalization.Mean)}, "
            + $"deviation {Text(Normalization.StandardDeviation)}{remark}.";
    }

    /// <summary>The network, for pictures of the given side.</summary>
    public ITeacher Open(int side, ScalarType compute, Device device) =>
        Encoder is null ? new OnnxTeacher(Weights) : new EncoderTeacher(Encoder.Imported, side, compute, device);

    private static TeacherNetwork OfOtherLayers(ByolWeights weights, InvalidDataException notAnEncoder)
    {
        try
        {
            using var network = new OnnxTeacher(weights);
            network.TryOut();
            var normalization = PretrainedEncoder.NormalizationOf(weights, network.Normalization);
            return new(weights, null, normalization, network.ImageSize);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException(
                $"The teacher '{weights.Path}' cannot be used: {exception.Message}. {notAnEncoder.Message}", exception);
        }
    }

    private static string Text(IEnumerable<float> values) =>
        string.Join(", ", values.Select(value => value.ToString("0.####", CultureInfo.InvariantCulture)));
}
