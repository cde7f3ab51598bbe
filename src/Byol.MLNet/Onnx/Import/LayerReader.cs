using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;
using Byol.MLNet.Onnx.Format;

namespace Byol.MLNet.Onnx.Import;

/// <summary>
/// Reads the nodes between the input and the pooling as layers: convolutions, batch norm, ReLU, max-pooling, and the
/// sums of two chains.
/// </summary>
internal sealed class LayerReader(GraphReader graph)
{
    private const int MaximumDepth = 8;

    private static readonly string[] Kinds =
        ["Conv", "BatchNormalization", "Relu", "MaxPool", "Add", "Identity", "Dropout"];

    private readonly HashSet<string> _read = [];
    private int _convolutions;
    private int _norms;
    private int _residuals;
    private int _depth;

    /// <summary>The weights of the layers read so far.</summary>
    public Dictionary<string, float[]> Weights { get; } = [];

    /// <summary>The layers between two values, in their order.</summary>
    /// <param name="from">The value that they take.</param>
    /// <param name="to">The value that they make.</param>
    /// <param name="prefix">Put before their names.</param>
    /// <exception cref="FormatException">A node is none of an encoder's; the message names it.</exception>
    public List<EncoderLayer> Read(string from, string to, string prefix = "")
    {
        var nodes = new Stack<(NodeProto Node, string From)>();
        for (var value = to; value != from;)
        {
            var node = graph.Producer(value) ?? throw Beside(from, nodes.Select(next => next.Node));
            if (!_read.Add(value))
            {
                throw new FormatException($"{GraphReader.Show(node)}: its output goes two ways that are no sum's");
            }
            var before = node.OpType == "Add" ? Fork(node) : Only(node);
            nodes.Push((node, before));
            value = before;
        }
        var layers = new List<EncoderLayer>();
        while (nodes.TryPop(out var next))
        {
            layers.AddRange(Layers(next.Node, next.From, prefix));
        }
        return layers;
    }

    // The way back from a block's sum led around the block's input.
    private static FormatException Beside(string from, IEnumerable<NodeProto> passed) =>
        passed.FirstOrDefault(node => node.OpType == "Add") is { } sum
            ? new FormatException(
                $"{GraphReader.Show(sum)}: the values that it adds do not part at one value as a block's do")
            : new FormatException($"its features do not come from '{FileText.Show(from)}' alone");

    private string Only(NodeProto node)
    {
        if (!Kinds.Contains(node.OpType))
        {
            throw new FormatException(
                $"{GraphReader.Show(node)} is none that an encoder here can have: Conv, BatchNormalization, Relu, "
                + "MaxPool, Add of two chains, and a mean over the whole picture at the end");
        }
        return graph.Variables(node).ToList() is [var single]
            ? single
            : throw new FormatException(
                $"{GraphReader.Show(node)}: an encoder's layer has one input beside its weights");
    }

    // Where the two chains of a sum part: the last value that both come from.
    private string Fork(NodeProto node)
    {
        if (graph.Variables(node).ToList() is not [var first, var second])
        {
            throw new FormatException($"{GraphReader.Show(node)}: it adds a constant, which no layer does");
        }
        var others = Ancestors(second).ToHashSet();
        return Ancestors(first).FirstOrDefault(others.Contains)
            ?? throw new FormatException($"{GraphReader.Show(node)}: what it adds does not come from one value");
    }

    // Breadth first, and so the nearest come first.
    private IEnumerable<string> Ancestors(string value)
    {
        var (seen, next) = (new HashSet<string> { value }, new Queue<string>([value]));
        while (next.TryDequeue(out var current))
        {
            yield return current;
            foreach (var input in graph.Producer(current) is { } node ? graph.Variables(node) : [])
            {
                if (seen.Add(input))
                {
                    next.Enqueue(input);
                }
            }
        }
    }

    private IEnumerable<EncoderLayer> Layers(NodeProto node, string from, string prefix) => node.OpType switch
    {
        "Conv" => Convolution(node, prefix),
        "BatchNormalization" => [BatchNorm(node, prefix)],
        "Relu" => [new ReluLayer()],
        "MaxPool" => [MaxPool(node)],
        "Add" => [Residual(node, from, prefix)],
        _ => [],
    };

    private ResidualLayer Residual(NodeProto node, string from, string prefix)
    {
        if (_depth == MaximumDepth)
        {
            throw new FormatException(
                $"{GraphReader.Show(node)}: blocks lie within blocks, more than {MaximumDepth} deep");
        }
        _depth++;
        var name = $"{prefix}block{++_residuals}";
        var (first, second) = (Read(from, node.Input[0], $"{name}.a."), Read(from, node.Input[1], $"{name}.b."));
        _depth--;
        var (branch, shortcut) = first.Count >= second.Count ? (first, second) : (second, first);
        return branch.Count > 0
            ? new ResidualLayer(name, branch, shortcut)
            : throw new FormatException($"{GraphReader.Show(node)}: it adds a value to itself");
    }

    private IEnumerable<EncoderLayer> Convolution(NodeProto node, string prefix)
    {
        var name = $"{prefix}conv{++_convolutions}";
        var weight = graph.Constant(node, 1);
        var values = graph.Values(node, 1);
        if (weight!.Dims is not [var output, var input, var height, var width] || height != width)
        {
            throw new FormatException($"{GraphReader.Show(node)}: its kernel is not square");
        }
        RequireNoDilation(node);
        var groups = (int)GraphReader.Integer(node, "group", 1);
        var layer = new ConvolutionLayer(
            name, (int)input * groups, (int)output, Kernel(node, (int)height), Stride(node), groups);
        Weights.Add($"{name}.weight", values);
        if (node.Input.Count < 3)
        {
            return [layer];
        }
        // A bias is what is left of a batch norm that was folded into the kernel.
        var bias = graph.Values(node, 2);
        var norm = $"{prefix}bn{++_norms}";
        var ones = Enumerable.Repeat(1f, bias.Length).ToArray();
        AddNorm(norm, scale: ones, shift: bias, mean: new float[bias.Length], variance: ones, epsilon: 0);
        return [layer, new BatchNormLayer(norm, bias.Length)];
    }

    private BatchNormLayer BatchNorm(NodeProto node, string prefix)
    {
        var name = $"{prefix}bn{++_norms}";
        var epsilon = GraphReader.Attribute(node, "epsilon")?.F ?? BatchNormLayer.Epsilon;
        float[][] values = [.. Enumerable.Range(1, 4).Select(input => graph.Values(node, input))];
        if (values.Any(list => list.Length != values[0].Length))
        {
            throw new FormatException($"{GraphReader.Show(node)}: its scales and statistics differ in number");
        }
        AddNorm(name, values[0], values[1], values[2], values[3], epsilon);
        return new BatchNormLayer(name, values[0].Length);
    }

    // The layer's own ε is fixed, so that the difference goes into scale, which keeps what the norm gives.
    private void AddNorm(
        string name, float[] scale, float[] shift, float[] mean, float[] variance, double epsilon)
    {
        Weights.Add($"{name}.weight", [.. scale.Zip(variance, (value, spread) =>
            (float)(value * Math.Sqrt((spread + BatchNormLayer.Epsilon) / (spread + epsilon))))]);
        Weights.Add($"{name}.bias", shift);
        Weights.Add($"{name}.running_mean", mean);
        Weights.Add($"{name}.running_var", variance);
    }

    private static MaxPoolLayer MaxPool(NodeProto node)
    {
        RequireNoDilation(node);
        var shape = GraphReader.Attribute(node, "kernel_shape")?.Ints;
        return shape is [var height, var width] && height == width && height < int.MaxValue
            ? new MaxPoolLayer(Kernel(node, (int)height), Stride(node))
            : throw new FormatException($"{GraphReader.Show(node)}: its window is not square");
    }

    private static int Stride(NodeProto node) => GraphReader.Attribute(node, "strides")?.Ints switch
    {
        null => 1,
        [var rows, var columns] when rows == columns && rows is >= 1 and <= int.MaxValue => (int)rows,
        _ => throw new FormatException($"{GraphReader.Show(node)}: its strides differ"),
    };

    private static int Kernel(NodeProto node, int kernel) => kernel % 2 == 1 && IsPaddedByHalf(node, kernel)
        ? kernel
        : throw new FormatException(
            $"{GraphReader.Show(node)}: a layer here has an odd window, padded by half of it on all sides");

    // A pad on the right and below that is one smaller (CNTK's) is never read where the stride is 2 and the side even,
    // and the layer's own, symmetric one is the same then.
    private static bool IsPaddedByHalf(NodeProto node, int kernel)
    {
        var (half, stride) = (kernel / 2, Stride(node));
        return GraphReader.Attribute(node, "auto_pad")?.S.ToStringUtf8() switch
        {
            "SAME_LOWER" => stride <= 2,
            "SAME_UPPER" => stride == 1 || kernel == 1,
            "VALID" => kernel == 1,
            _ => GraphReader.Attribute(node, "pads")?.Ints switch
            {
                null => kernel == 1,
                [var top, var left, var bottom, var right] =>
                    top == half && left == half && Fits(bottom) && Fits(right),
                _ => false,
            },
        };

        bool Fits(long pad) => pad == half || (stride == 2 && half > 0 && pad == half - 1);
    }

    private static void RequireNoDilation(NodeProto node)
    {
        if (GraphReader.Attribute(node, "dilations")?.Ints.Any(dilation => dilation != 1) == true
            || GraphReader.Integer(node, "ceil_mode", 0) != 0)
        {
            throw new FormatException(
                $"{GraphReader.Show(node)}: it is dilated or rounds up, which no layer here does");
        }
    }
}
