using Byol.MLNet.Onnx.Format;
using Google.Protobuf;

namespace Byol.MLNet.Onnx;

/// <summary>An encoder's fp32 graph that also gives the least and the largest number of each image, for each of some
/// values.</summary>
internal sealed class ObservedGraph
{
    private readonly ModelProto _model;

    /// <param name="model">The graph, which is added to.</param>
    /// <param name="values">The values, of N×C×H×W numbers.</param>
    public ObservedGraph(ModelProto model, IReadOnlyList<string> values)
    {
        _model = model;
        Values = values;
        for (var i = 0; i < values.Count; i++)
        {
            Reduce("ReduceMin", values[i], Least(i));
            Reduce("ReduceMax", values[i], Largest(i));
        }
    }

    public IReadOnlyList<string> Values { get; }

    /// <summary>Name of the output for a value's least numbers, by the value's place.</summary>
    public static string Least(int value) => $"/observed/{value}.least";

    /// <summary>Name of the output for a value's largest numbers, by the value's place.</summary>
    public static string Largest(int value) => $"/observed/{value}.largest";

    public byte[] ToBytes() => _model.ToByteArray();

    private void Reduce(string operation, string value, string output)
    {
        _model.Graph.Node.Add(
            new NodeProto
            {
                OpType = operation,
                Name = output,
                Input = { value },
                Output = { output },
                Attribute = { GraphWriter.Integers("axes", 1, 2, 3), GraphWriter.Integer("keepdims", 0) },
            });
        _model.Graph.Output.Add(GraphWriter.Value(output, TensorProto.Types.DataType.Float, []));
    }
}
