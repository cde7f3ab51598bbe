using System.Runtime.InteropServices;
using Byol.MLNet.Foundation;
using Byol.MLNet.Onnx.Format;

namespace Byol.MLNet.Onnx.Import;

/// <summary>Looks things up in a graph that another program wrote.</summary>
internal sealed class GraphReader
{
    // The deepest ResNet in use has 515; each sum is followed back over all before it.
    private const int MaximumNodes = 5000;

    private readonly Dictionary<string, TensorProto> _tensors = [];
    private readonly Dictionary<string, NodeProto> _producers = [];

    /// <exception cref="FormatException">The graph is none that could be run, or has no single picture as
    /// input.</exception>
    public GraphReader(GraphProto graph)
    {
        if (graph.Node.Count > MaximumNodes)
        {
            throw new FormatException($"it has {graph.Node.Count} nodes; {MaximumNodes} are the most that are read");
        }
        foreach (var tensor in graph.Initializer)
        {
            Add(_tensors, tensor.Name, tensor);
        }
        Input = OnlyInput(graph);
        Output = graph.Output.Count > 0
            ? graph.Output[0].Name
            : throw new FormatException("its graph has no output");
        foreach (var node in graph.Node)
        {
            Add(node);
        }
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
        float[] values = tensor.RawData.Length > 0 ? [.. Raw<float>(tensor)] : [.. tensor.FloatData];
        if (tensor.DataType != (int)TensorProto.Types.DataType.Float || values.Length != Count(tensor))
        {
            throw new FormatException(
                $"{Show(node)}: the tensor '{FileText.Show(tensor.Name)}' does not hold as many fp32 values as its "
                + "shape says");
        }
        return values.All(float.IsFinite)
            ? values
            : throw new FormatException(
                $"{Show(node)}: the tensor '{FileText.Show(tensor.Name)}' holds values that are not finite");
    }

    /// <summary>The integers of an attribute or, as later operator sets have it, of the input of the given number; null
    /// where there are none.</summary>
    public long[]? Integers(NodeProto node, string attribute, int input)
    {
        if (Attribute(node, attribute) is { } given)
        {
            return [.. given.Ints];
        }
        return Constant(node, input) is { DataType: (int)TensorProto.Types.DataType.Int64 } tensor
            ? tensor.RawData.Length > 0 ? [.. Raw<long>(tensor)] : [.. tensor.Int64Data]
            : null;
    }

    public static AttributeProto? Attribute(NodeProto node, string name) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == name);

    public static long Integer(NodeProto node, string name, long otherwise) =>
        Attribute(node, name)?.I ?? otherwise;

    /// <summary>"the node 'Conv_3' (Conv)".</summary>
    public static string Show(NodeProto node) =>
        $"the node '{FileText.Show(node.Name.Length > 0 ? node.Name : string.Join(", ", node.Output.Take(1)))}' "
        + $"({FileText.Show(node.OpType)})";

    // Older files list their weights among the inputs.
    private ValueInfoProto OnlyInput(GraphProto graph)
    {
        ValueInfoProto[] inputs = [.. graph.Input.Where(input => !_tensors.ContainsKey(input.Name))];
        return inputs is [var input]
            ? input
            : throw new FormatException($"it has {inputs.Length} inputs; an encoder has one, its pictures");
    }

    private void Add(NodeProto node)
    {
        if (ConstantOf(node) is { } constant)
        {
            Add(_tensors, node.Output[0], constant);
            return;
        }
        // Nodes stand in the order in which they run, so that there are no circles either.
        if (Variables(node).FirstOrDefault(input => input != Input.Name && !_producers.ContainsKey(input)) is { } input)
        {
            throw new FormatException(
                $"{Show(node)}: its input '{FileText.Show(input)}' is neither in the file nor made by a node before "
                + "it");
        }
        foreach (var output in node.Output.Where(output => output.Length > 0))
        {
            Add(_producers, output, node);
        }
    }

    // Tensors that are the same are written once, and passed on under their other names.
    private TensorProto? ConstantOf(NodeProto node) => node switch
    {
        { OpType: "Constant", Output: [_] } => Attribute(node, "value")?.T,
        { OpType: "Identity", Output: [_] } => Constant(node, 0),
        _ => null,
    };

    private static ReadOnlySpan<T> Raw<T>(TensorProto tensor)
        where T : struct =>
        tensor.RawData.Length % Marshal.SizeOf<T>() == 0 ? MemoryMarshal.Cast<byte, T>(tensor.RawData.Span) : [];

    private static long Count(TensorProto tensor) =>
        tensor.Dims.Aggregate(1L, (product, size) => product * Math.Clamp(size, 0, int.MaxValue));

    private static void Add<T>(Dictionary<string, T> named, string name, T value)
    {
        if (!named.TryAdd(name, value))
        {
            throw new FormatException($"'{FileText.Show(name)}' is there twice");
        }
    }
}
