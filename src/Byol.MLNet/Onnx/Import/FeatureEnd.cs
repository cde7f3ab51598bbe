using Byol.MLNet.Onnx.Format;

namespace Byol.MLNet.Onnx.Import;

/// <summary>Where the features of a network end: at a pooling over the whole picture, or at its output.</summary>
/// <param name="Value">The feature map.</param>
/// <param name="Pooling">The node that averages it over the picture; null where none does.</param>
/// <param name="LeftOut">The nodes after it that are no part of an encoder: a classifier's.</param>
internal sealed record FeatureEnd(string Value, NodeProto? Pooling, IReadOnlyList<string> LeftOut)
{
    private static readonly string[] Reshaping = ["Flatten", "Reshape", "Squeeze"];
    private static readonly string[] Passing = ["Identity", "Dropout"];
    private static readonly string[] Classifying = ["Gemm", "MatMul", "Add", "Softmax", "LogSoftmax", "Sigmoid"];
    private static readonly string[] Means = ["GlobalAveragePool", "AveragePool", "ReduceMean"];

    /// <summary>Goes back from the output to the feature map.</summary>
    /// <exception cref="FormatException">What follows the feature map is none of an encoder with a
    /// classifier.</exception>
    public static FeatureEnd Find(GraphReader graph)
    {
        var (value, leftOut) = (graph.Output, new List<string>());
        NodeProto? later = null;
        while (graph.Producer(value) is { } node)
        {
            if (Means.Contains(node.OpType))
            {
                return new FeatureEnd(node.Input[0], node, leftOut);
            }
            var isClassifying = Classifying.Contains(node.OpType) && graph.Variables(node).Count() == 1;
            if (isClassifying)
            {
                leftOut.Add(GraphReader.Show(node));
            }
            else if (!Reshaping.Contains(node.OpType) && !Passing.Contains(node.OpType))
            {
                return later is null
                    ? new FeatureEnd(value, null, leftOut)
                    : throw new FormatException(
                        $"{GraphReader.Show(node)} comes before {GraphReader.Show(later)} without a mean over the "
                        + "whole picture between them");
            }
            later = Passing.Contains(node.OpType) ? later : node;
            // A shape may be computed, and is no matter here.
            value = isClassifying ? graph.Variables(node).Single() : node.Input.FirstOrDefault("");
        }
        throw new FormatException("its output does not come from its input");
    }

    /// <summary>Requires that the pooling covers the feature map.</summary>
    /// <param name="graph">Of the node.</param>
    /// <param name="side">The map's side in pixels; null where the file does not say it.</param>
    /// <exception cref="FormatException">It does not, or nobody knows.</exception>
    public void RequireWhole(GraphReader graph, int? side)
    {
        var isWhole = Pooling?.OpType switch
        {
            "ReduceMean" => graph.Integers(Pooling, "axes", input: 1) is { Length: 2 } axes
                && axes.Any(axis => axis is 2 or -2) && axes.Any(axis => axis is 3 or -1),
            "AveragePool" => GraphReader.Attribute(Pooling, "kernel_shape")?.Ints is [var height, var width]
                && height == side && width == side
                && GraphReader.Attribute(Pooling, "pads")?.Ints.Any(pad => pad != 0) != true,
            _ => true,
        };
        if (!isWhole)
        {
            throw new FormatException($"{GraphReader.Show(Pooling!)}: it is no mean over the whole picture");
        }
    }
}
