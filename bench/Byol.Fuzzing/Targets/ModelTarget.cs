using System.Globalization;
using Byol.Fuzzing.Mutations;
using Byol.Fuzzing.Seeds;
using Byol.MLNet;
using Byol.MLNet.Encoders;
using Byol.MLNet.Images;
using Byol.MLNet.Onnx;
using Byol.MLNet.Onnx.Format;
using Google.Protobuf;
using Microsoft.ML;

namespace Byol.Fuzzing.Targets;

/// <summary>Model files: one that loads must embed a picture.</summary>
internal sealed class ModelTarget(MLContext mlContext, TinyEncoder encoder)
    : NetworkTarget("models", share: 17, FileName, mlContext, encoder)
{
    private const string FileName = "model.onnx";

    private static readonly string[] Values =
    [
        "", "0", "-1", "7", "8", "16", "513", "2048", "1e9", "NaN", "0.125", "4", "99999999999",
        "resnet10", "Standard", "true", "null",
    ];

    public override FuzzInput Next(Random random)
    {
        var model = random.Next(8) == 0 ? RandomModel(random) : Encoder.Model;
        return FuzzInput.Of(FileName, random.Next(3) switch
        {
            0 => Bytes.Damage(model, Encoder.Weights, random),
            // Once in a while as it is: each model that the library writes must load and run.
            1 when model != Encoder.Model => model,
            _ => Damage(model, random),
        }, model);
    }

    private static byte[] Damage(byte[] model, Random random)
    {
        var proto = ModelProto.Parser.ParseFrom(model);
        for (var i = random.Next(1, 3); i > 0; i--)
        {
            switch (random.Next(6))
            {
                case 0:
                case 1:
                    DamageMetadata(proto, random);
                    break;
                case 2:
                    Graphs.Change(proto.Graph.Node, random);
                    break;
                case 3:
                    Graphs.Change(proto.Graph.Initializer, random);
                    break;
                case 4:
                    Graphs.DamageInitializer(proto.Graph.Initializer.ElementAtOrDefault(random.Next(10)), random);
                    break;
                default:
                    Graphs.DamageNode(proto.Graph.Node.ElementAtOrDefault(random.Next(10)), random);
                    break;
            }
        }
        return proto.ToByteArray();
    }

    private static void DamageMetadata(ModelProto proto, Random random)
    {
        if (random.Next(5) == 0)
        {
            Graphs.Change(proto.MetadataProps, random);
        }
        else if (proto.MetadataProps.ElementAtOrDefault(random.Next(9)) is { } entry)
        {
            // A second damage may find a value that is no longer JSON.
            var isJson = entry.Key is "byol.layers" or "byol.recipe" && entry.Value is ['[' or '{', ..];
            entry.Value = isJson && random.Next(4) > 0
                ? Json.Damage(entry.Value, random)
                : Values[random.Next(Values.Length)];
        }
    }

    /// <summary>A model of random layers, with random weights.</summary>
    public static byte[] RandomModel(Random random)
    {
        while (true)
        {
            try
            {
                var backbone = ByolBackbone.Define("random", layers => Describe(layers, random.Next(1, 8), random));
                var size = random.Next(8, 33);
                // The layers are drawn once; what is written is what was drawn.
                var drawn = ByolBackbone.Of("random", backbone.Layers(ByolStem.Standard, 1));
                var (stored, isNormalized) = (size * random.Next(1, 3), random.Next(2) == 0);
                var encoder = new ByolEncoderRecipe
                {
                    Backbone = drawn,
                    Stem = ByolStem.Standard,
                    Width = 1,
                    ImageSize = size,
                    NormalizeEmbedding = isNormalized,
                    EmbeddedStages = random.Next(1, 5),
                };
                var metadata = new EncoderMetadata(
                    ByolRecipe.Fast with { Encoder = encoder }, stored, Normalization.ImageNet, 7, "1.0.0");
                return FrozenEncoder.Freeze(metadata, WeightInitializer.Create(metadata.Architecture.Tensors(), 1))
                    .ToBytes();
            }
            catch (ArgumentException)
            {
                // Layers that do not fit together: others are drawn.
            }
        }
    }

    private static void Describe(ByolEncoderBuilder layers, int count, Random random)
    {
        string[] names =
        [
            "relu.1", "maxpool.1", "pooled", "front.mean", "embedding", "pixels", "a", "a.touched", "a.first",
            "ü '\"\\/",
        ];
        int[] kernels = [1, 3, 5, 7, 33, 1023];
        for (var i = 0; i < count; i++)
        {
            var name = random.Next(3) == 0
                ? names[random.Next(names.Length)]
                : i.ToString(CultureInfo.InvariantCulture);
            _ = random.Next(5) switch
            {
                0 => layers.BatchNorm(name),
                1 => layers.Relu(),
                2 => layers.MaxPool(kernels[random.Next(kernels.Length)], random.Next(1, 4)),
                3 => layers.Residual(name, branch => branch.Relu().BatchNorm("norm")),
                _ => layers.Convolution(name, 1 << random.Next(4), kernels[random.Next(4)], random.Next(1, 4)),
            };
        }
        layers.Convolution("last", random.Next(1, 9), 3);
    }
}
