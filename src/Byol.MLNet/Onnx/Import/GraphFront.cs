using Byol.MLNet.Images;
using Byol.MLNet.Onnx.Format;

namespace Byol.MLNet.Onnx.Import;

/// <summary>What a network does to its pictures before its layers: a scale and a shift of each channel.</summary>
/// <param name="Value">The value that the layers take.</param>
/// <param name="Normalization">The mean and deviation that are the same; null where nothing is done.</param>
/// <param name="Largest">The largest value of the pictures that it takes: 1, or 255 of bytes.</param>
internal sealed record GraphFront(string Value, Normalization? Normalization, int Largest)
{
    private const int Channels = 3;

    /// <exception cref="FormatException">It does something else.</exception>
    public static GraphFront Read(GraphReader graph, IEnumerable<NodeProto> nodes)
    {
        var value = graph.Input.Name;
        var (scale, shift) = (Enumerable.Repeat(1.0, Channels).ToArray(), new double[Channels]);
        var last = default(NodeProto);
        foreach (var node in nodes)
        {
            if (!Takes(node, value))
            {
                continue;
            }
            if (node.OpType is "Cast" or "Identity")
            {
                value = node.Output[0];
            }
            else if (ConstantInput(graph, node) is { } input)
            {
                Apply(node.OpType, ChannelValues(graph, node, input), scale, shift);
                (value, last) = (node.Output[0], node);
            }
        }
        return last is null ? new GraphFront(value, null, 1) : Normalized(value, scale, shift, last);
    }

    private static bool Takes(NodeProto node, string value) => node.Output.Count > 0
        && (node.Input.FirstOrDefault() == value || (IsCommutative(node) && node.Input.Contains(value)));

    private static bool IsCommutative(NodeProto node) => node.OpType is "Add" or "Mul";

    // The number of the input that is a constant; null where there is none, or the node no such operation.
    private static int? ConstantInput(GraphReader graph, NodeProto node) => node switch
    {
        { OpType: "Sub" or "Div" or "Mul" or "Add", Input: [_, _] } when graph.Constant(node, 1) is not null => 1,
        { Input: [_, _] } when IsCommutative(node) && graph.Constant(node, 0) is not null => 0,
        _ => null,
    };

    private static double[] ChannelValues(GraphReader graph, NodeProto node, int input)
    {
        var values = graph.Values(node, input);
        var isOfChannels = graph.Constant(node, input)!.Dims is [Channels, 1, 1] or [1, Channels, 1, 1];
        return values.Length == 1 || isOfChannels
            ? [.. Enumerable.Range(0, Channels).Select(channel => (double)values[channel % values.Length])]
            : throw new FormatException($"{GraphReader.Show(node)}: its constant is no value for each channel");
    }

    private static void Apply(string operation, double[] constants, double[] scale, double[] shift)
    {
        for (var channel = 0; channel < Channels; channel++)
        {
            var constant = constants[channel];
            if (operation is "Sub" or "Add")
            {
                shift[channel] += operation == "Add" ? constant : -constant;
                continue;
            }
            var factor = operation == "Mul" ? constant : 1 / constant;
            (scale[channel], shift[channel]) = (scale[channel] * factor, shift[channel] * factor);
        }
    }

    // Values from 0 to 1 have no mean or deviation above 1; bytes have.
    private static GraphFront Normalized(string value, double[] scale, double[] shift, NodeProto last)
    {
        double[] mean = [.. shift.Zip(scale, (offset, factor) => -offset / factor)];
        double[] deviation = [.. scale.Select(factor => 1 / factor)];
        var largest = mean.Concat(deviation).Any(figure => figure > 1) ? byte.MaxValue : 1;
        var normalization = new Normalization(
            [.. mean.Select(figure => (float)(figure / largest))],
            [.. deviation.Select(figure => (float)(figure / largest))]);
        return normalization.Mean.All(float.IsFinite)
            && normalization.StandardDeviation.All(figure => figure > 0 && float.IsFinite(figure))
            ? new GraphFront(value, normalization, largest)
            : throw new FormatException($"{GraphReader.Show(last)}: what it does to a channel is no normalisation");
    }
}
