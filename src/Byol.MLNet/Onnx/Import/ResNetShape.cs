using Byol.MLNet.Encoders;

namespace Byol.MLNet.Onnx.Import;

/// <summary>Recognises a ResNet by its layers, so that its tensors get torchvision's names.</summary>
internal static class ResNetShape
{
    private const int ChannelsAtWidthOne = 64;
    private const int Stages = 4;

    // What a recipe may say.
    private const double LeastWidth = 0.125;
    private const double LargestWidth = 4;

    /// <summary>The ResNet that has the given layers, whatever they are called; null where none has.</summary>
    public static (ByolBackbone Backbone, ByolStem Stem, double Width)? Find(IReadOnlyList<EncoderLayer> layers)
    {
        if (layers is not [ConvolutionLayer { Output: > 0 } first, ..])
        {
            return null;
        }
        var width = first.Output / (double)ChannelsAtWidthOne;
        var blocks = layers.OfType<ResidualLayer>().Select(block => block.OutputChannels(0)).ToList();
        var counts = blocks.Distinct().Select(channels => blocks.Count(value => value == channels)).ToArray();
        if (counts.Length != Stages || blocks[0] % first.Output != 0 || width is < LeastWidth or > LargestWidth)
        {
            return null;
        }
        var expansion = blocks[0] / first.Output;
        var candidates = from backbone in ByolBackbone.BuiltIn.Append(Of(counts, expansion))
                         from stem in Enum.GetValues<ByolStem>()
                         where Same(backbone.Layers(stem, width), layers)
                         select (backbone, stem, width);
        return candidates.Cast<(ByolBackbone, ByolStem, double)?>().FirstOrDefault();
    }

    private static ByolBackbone Of(int[] blocks, int expansion) => ByolBackbone.Define(
        $"resnet-{string.Join('-', blocks)}{(expansion == 1 ? "" : $"x{expansion}")}",
        encoder => ResNet.Describe(encoder, blocks, expansion));

    private static bool Same(IReadOnlyList<EncoderLayer> one, IReadOnlyList<EncoderLayer> other) =>
        one.Count == other.Count && one.Zip(other).All(pair => (pair.First, pair.Second) switch
        {
            (ConvolutionLayer a, ConvolutionLayer b) => a with { Name = b.Name } == b,
            (BatchNormLayer a, BatchNormLayer b) => a with { Name = b.Name } == b,
            (ResidualLayer a, ResidualLayer b) => Same(a.Branch, b.Branch) && Same(a.Shortcut, b.Shortcut),
            var (a, b) => a == b,
        });
}
