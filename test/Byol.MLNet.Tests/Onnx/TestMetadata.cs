using Byol.MLNet.Images;
using Byol.MLNet.Onnx;

namespace Byol.MLNet.Tests.Onnx;

/// <summary>Metadata of encoders that were never trained.</summary>
internal static class TestMetadata
{
    public static EncoderMetadata Of(
        ByolBackbone backbone,
        int size,
        int? stored = null,
        double width = 1,
        ByolStem stem = ByolStem.Standard,
        bool normalized = false,
        int stages = 1) =>
        new(
            ByolRecipe.Fast with
            {
                Encoder = new()
                {
                    Backbone = backbone,
                    Stem = stem,
                    Width = width,
                    ImageSize = size,
                    NormalizeEmbedding = normalized,
                    EmbeddedStages = stages,
                },
            },
            stored ?? size,
            Normalization.ImageNet,
            InitializationSeed: 7,
            LibraryVersion: "1.2.3");
}
