using System.Runtime.InteropServices;
using Byol.MLNet.Foundation;
using Byol.MLNet.Onnx.Format;

namespace Byol.MLNet.Onnx.Import;

/// <summary>Looks things up in a graph that another program wrote.</summary>
internal sealed class GraphReader
{
    private readonly Dictionary<string, TensorProto> _tensors = [];
    private readonly Dictionary<string, NodeProto> _producers = [];

    /// <exception cref="FormatException">The graph names two values alike, or has no single picture as input.</exception>
    public GraphReader(GraphProto graph)
    {
        foreach (var tensor in graph.Initializer)
        {
            Add(_tensors, tensor.Name, tensor);
        }
        foreach (var node in graph.Node)
        {
            if (node is { OpType: "Constant", Output: [var constant] } && Attribute(node, "value")?.T is { } value)
            {
                Add(_tensors, constant, value);
                continue;
            }
            foreach (var output in node.Output)
            {
                Add(_producers, output, node);
            }
        }
        ValueInfoProto[] inputs = [.. graph.Input.Where(input => !_tensors.ContainsKey(input.Name))];
        Input = inputs is [var input]
            ? input
            : throw new FormatException($"it has {inputs.Length} inputs; an encoder has one, its pictures");
        Output = graph.Output.Count > 0
            ? graph.Output[0].Name
            : throw new FormatException("its graph has no output");
    }

    public ValueInfoProto Input { get; }

    public string Output { get; }

    /// <summary>The node that makes a value; null where nothing does.</summary>
    public NodeProto? Producer(string value) => _producers.GetValueOrDefault(value);

    /// <summary>The values that a node makes of others, without constants.</summary>
    public IEnumerable<string> Variables(NodeProto node) =>
        node.Input.Where(input => input.Length > 0 && !_tensors.ContainsKey(input));

    /// <summary>The input of the given number as a constant; null where it is not there, or no constant.</summary>
    public TensorProto? Constant(NodeProto node, int input) =>
        input < node.Input.Count ? _tensors.GetValueOrDefault(node.Input[input]) : null;

    /// <summary>The input of the given number as fp32 values.</summary>
    /// <exception cref="FormatException">It is no constant of them.</exception>
    public float[] Values(NodeProto node, int input)
    {
        var tensor = Constant(node, input)
            ?? throw new FormatException($"{Show(node)}: its input {input + 1} is not a weight in the file");
        return Values(tensor) is { } values
            ? values
            : throw new FormatException(
                $"the tensor '{FileText.Show(tensor.Name)}' does not hold as many fp32 values as its shape says");
    }

    public static float[]? Values(TensorProto tensor)
    {
        var count = tensor.Dims.Aggregate(1L, (product, size) => product * Math.Clamp(size, 0, int.MaxValue));
        float[] values = tensor.RawData.Length > 0
            ? MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray()
            : [.. tensor.FloatData];
        return tensor.DataType == (int)TensorProto.Types.DataType.Float && values.Length == count ? values : null;
    }

    public static AttributeProto? Attribute(NodeProto node, string name) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == name);

    public static long Integer(NodeProto node, string name, long otherwise) =>
        Attribute(node, name)?.I ?? otherwise;

    /// <summary>"the node 'Conv_3' (Conv)".</summary>
    public static string Show(NodeProto node) =>
        $"the node '{FileText.Show(node.Name.Length > 0 ? node.Name : string.Join(", ", node.Output.Take(1)))}' "
        + $"({FileText.Show(node.OpType)})";

    private static void Add<T>(Dictionary<string, T> named, string name, T value)
    {
        if (!named.TryAdd(name, value))
        {
            throw new FormatException($"'{FileText.Show(name)}' is there twice");
        }
    }
}
