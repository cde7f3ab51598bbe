using Byol.MLNet.Encoders;
using Byol.MLNet.Images;

namespace Byol.MLNet.Onnx.Import;

/// <summary>An encoder that was read from an ONNX file, as this library's own layers and weights.</summary>
/// <param name="Backbone">Its layers.</param>
/// <param name="Stem">How they begin, where they are a ResNet's.</param>
/// <param name="Width">Their width, where they are a ResNet's.</param>
/// <param name="Weights">The values of their tensors.</param>
/// <param name="Normalization">What the graph itself does to its pictures; null where it does nothing.</param>
/// <param name="ImageSize">The side of the pictures that the graph says; null where it leaves that open.</param>
/// <param name="LeftOut">The nodes after the features, a classifier's say, that were left out.</param>
internal sealed record ImportedEncoder(
    ByolBackbone Backbone,
    ByolStem Stem,
    double Width,
    NetworkWeights Weights,
    Normalization? Normalization,
    int? ImageSize,
    IReadOnlyList<string> LeftOut)
{
    /// <summary>What was left out, in words; null where nothing was.</summary>
    public string? Remark =>
        LeftOut.Count == 0 ? null : $"what follows its features was left out, {string.Join(", ", LeftOut)}";
}
