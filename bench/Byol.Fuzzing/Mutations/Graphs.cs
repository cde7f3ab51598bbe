using Byol.MLNet.Onnx.Format;
using Google.Protobuf;

namespace Byol.Fuzzing.Mutations;

/// <summary>Damages the parts of an ONNX graph.</summary>
internal static class Graphs
{
    private static readonly long[] Sizes = [-1, 0, 1, int.MaxValue, long.MaxValue];

    /// <summary>Damages a weight.</summary>
    public static void DamageInitializer(TensorProto? tensor, Random random)
    {
        switch (random.Next(4), tensor)
        {
            case (_, null):
                break;
            case (0, _):
                tensor.RawData = ByteString.CopyFrom(Bytes.Damage(tensor.RawData.ToByteArray(), [], random));
                break;
            case (1, { Dims.Count: > 0 }):
                tensor.Dims[random.Next(tensor.Dims.Count)] = Sizes[random.Next(Sizes.Length)];
                break;
            case (2, _):
                tensor.DataType = random.Next(20);
                break;
            default:
                tensor.Name += "x";
                break;
        }
    }

    /// <summary>Damages a node.</summary>
    public static void DamageNode(NodeProto? node, Random random)
    {
        switch (random.Next(4), node)
        {
            case (_, null):
                break;
            case (0, { Input.Count: > 0 }):
                node.Input[random.Next(node.Input.Count)] = "nowhere";
                break;
            case (1, _):
                Change(node.Attribute, random);
                break;
            case (2, _):
                node.OpType = random.Next(2) == 0 ? "Loop" : "Relu";
                break;
            default:
                node.Output.Clear();
                break;
        }
    }

    /// <summary>Takes an item out, or adds one that is there already.</summary>
    public static void Change<T>(IList<T> items, Random random)
    {
        if (items.Count == 0)
        {
            return;
        }
        var index = random.Next(items.Count);
        if (random.Next(2) == 0)
        {
            items.RemoveAt(index);
        }
        else
        {
            items.Insert(random.Next(items.Count), items[index]);
        }
    }
}
