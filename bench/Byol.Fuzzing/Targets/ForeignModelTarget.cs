using Byol.Fuzzing.Mutations;
using Byol.Fuzzing.Seeds;
using Byol.MLNet.Onnx.Format;
using Google.Protobuf;
using Microsoft.ML;

namespace Byol.Fuzzing.Targets;

/// <summary>ONNX files that say that another program wrote them: one that is read must embed a picture.</summary>
internal sealed class ForeignModelTarget(MLContext mlContext, TinyEncoder encoder)
    : NetworkTarget("foreign models", share: 8, FileName, mlContext, encoder)
{
    private const string FileName = "foreign.onnx";

    private static readonly long[] Numbers = [-1, 0, 1, 2, 3, 7, 8, int.MaxValue, long.MaxValue, long.MinValue];

    private static readonly string[] Operations =
    [
        "Relu", "Add", "Sub", "Mul", "Div", "Cast", "Identity", "Dropout", "MaxPool", "Conv", "BatchNormalization",
        "Flatten", "GlobalAveragePool", "AveragePool", "ReduceMean", "Gemm", "Concat", "Constant",
    ];

    public override FuzzInput Next(Random random)
    {
        var model = Foreign(random.Next(2) == 0 ? ModelTarget.RandomModel(random) : Encoder.Model);
        return FuzzInput.Of(FileName, random.Next(6) switch
        {
            0 => Bytes.Damage(model, Encoder.Weights, random),
            1 => model,
            _ => Damage(model, random),
        }, model);
    }

    private static byte[] Foreign(byte[] model)
    {
        var proto = ModelProto.Parser.ParseFrom(model);
        proto.ProducerName = "pytorch";
        proto.MetadataProps.Clear();
        return proto.ToByteArray();
    }

    private static byte[] Damage(byte[] model, Random random)
    {
        var proto = ModelProto.Parser.ParseFrom(model);
        var graph = proto.Graph;
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var node = graph.Node.ElementAtOrDefault(random.Next(Math.Max(graph.Node.Count, 1)));
            switch (random.Next(8))
            {
                case 0:
                    Graphs.Change(graph.Node, random);
                    break;
                case 1:
                    Graphs.Change(graph.Initializer, random);
                    break;
                case 2:
                    Graphs.DamageInitializer(
                        graph.Initializer.ElementAtOrDefault(random.Next(graph.Initializer.Count + 1)), random);
                    break;
                case 3:
                    Graphs.DamageNode(node, random);
                    break;
                case 4 when node is not null:
                    node.OpType = Operations[random.Next(Operations.Length)];
                    break;
                case 5 when node is { Input.Count: > 0 }
                    && graph.Node[random.Next(graph.Node.Count)] is { Output: [var other, ..] }:
                    node.Input[random.Next(node.Input.Count)] = other;
                    break;
                case 6 when graph.Input is [{ Type.TensorType.Shape.Dim: [_, _, ..] dimensions }, ..]:
                    dimensions[random.Next(dimensions.Count)].DimValue = Numbers[random.Next(Numbers.Length)];
                    break;
                default:
                    DamageAttribute(node?.Attribute.ElementAtOrDefault(random.Next(4)), random);
                    break;
            }
        }
        return proto.ToByteArray();
    }

    private static void DamageAttribute(AttributeProto? attribute, Random random)
    {
        switch (random.Next(4), attribute)
        {
            case (_, null):
                break;
            case (0, { Ints.Count: > 0 }):
                attribute.Ints[random.Next(attribute.Ints.Count)] = Numbers[random.Next(Numbers.Length)];
                break;
            case (1, _):
                attribute.I = Numbers[random.Next(Numbers.Length)];
                break;
            case (2, _):
                attribute.F = random.Next(2) == 0 ? float.NaN : -1;
                break;
            default:
                attribute.Ints.Add(1);
                break;
        }
    }
}
