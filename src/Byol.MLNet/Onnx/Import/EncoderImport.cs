using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
using Byol.MLNet.Onnx.Format;
using Google.Protobuf;

namespace Byol.MLNet.Onnx.Import;

/// <summary>
/// Reads an ONNX file that another program wrote as an encoder: its layers and weights up to the pooling over the whole
/// picture. A classifier after it is left out. Nothing of the file is run.
/// </summary>
internal static class EncoderImport
{
    private static readonly string[] Reshaping = ["Flatten", "Reshape", "Squeeze", "Identity", "Dropout"];
    private static readonly string[] Classifying = ["Gemm", "MatMul", "Add", "Softmax", "LogSoftmax", "Sigmoid"];
    private static readonly string[] Pooling = ["GlobalAveragePool", "AveragePool", "ReduceMean"];

    /// <exception cref="InvalidDataException">The file is damaged, or none of an encoder; the message names the node
    /// that no encoder here can have.</exception>
    public static ImportedEncoder Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            ModelFile.RequireFewParts(stream);
            var model = ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(stream);
            return Read(model.Graph ?? throw new FormatException("it has no graph"));
        }
        // Whatever the reader stumbles over, the file is not one that it can use; failures to read are the caller's.
        catch (Exception exception) when (
            exception is InvalidProtocolBufferException
                or not (IOException or UnauthorizedAccessException or OutOfMemoryException))
        {
            throw new InvalidDataException(
                $"'{path}' cannot be read as an encoder: {FileText.ShowMessage(exception.Message.TrimEnd('.'))}.",
                exception);
        }
    }

    private static ImportedEncoder Read(GraphProto proto)
    {
        var graph = new GraphReader(proto);
        var size = ImageSize(graph.Input);
        var (features, leftOut) = Features(graph, size);
        var (picture, normalization) = FrontEnd(graph, proto.Node);
        var reader = new LayerReader(graph);
        var read = reader.Read(picture, features);
        var (backbone, stem, width) = ResNetShape.Find(read) ?? (ByolBackbone.Of(Name(proto), read), default, 1);
        var layers = backbone.Layers(stem, width);
        var tensors = read.SelectMany(layer => layer.Tensors())
            .Zip(layers.SelectMany(layer => layer.Tensors()))
            .ToDictionary(pair => pair.Second.Name, pair => reader.Weights[pair.First.Name]);
        var weights = new NetworkWeights(layers.SelectMany(layer => layer.Tensors()), spec => tensors[spec.Name]);
        return weights.Specs.FirstOrDefault(spec => spec.Count != weights[spec.Name].Length) is { } wrong
            ? throw new FormatException($"its tensor '{wrong.Name}' is not {FileText.Show(wrong.Shape)}")
            : new ImportedEncoder(backbone, stem, width, weights, normalization, size, leftOut);
    }

    private static string Name(GraphProto graph)
    {
        var name = FileText.Show(graph.Name);
        return string.IsNullOrWhiteSpace(name) || ByolBackbone.FindBuiltIn(name) is not null ? "imported" : name;
    }

    /// <summary>The value that is pooled over the picture, and the nodes after the pooling that are no part of
    /// it.</summary>
    private static (string Value, IReadOnlyList<string> LeftOut) Features(GraphReader graph, int? imageSize)
    {
        var leftOut = new List<string>();
        var value = graph.Output;
        while (graph.Producer(value) is { } node)
        {
            if (Pooling.Contains(node.OpType))
            {
                RequireWhole(node, imageSize);
                return (node.Input[0], leftOut);
            }
            var inputs = graph.Variables(node).ToList();
            var isClassifying = Classifying.Contains(node.OpType) && inputs.Count == 1;
            if (!isClassifying && !Reshaping.Contains(node.OpType))
            {
                return leftOut.Count == 0
                    ? (value, leftOut)
                    : throw new FormatException(
                        $"{GraphReader.Show(node)} comes before {leftOut[^1]} without a pooling over the whole "
                        + "picture between them");
            }
            if (isClassifying)
            {
                leftOut.Add(GraphReader.Show(node));
            }
            value = inputs is [var single]
                ? single
                : throw new FormatException($"{GraphReader.Show(node)}: it has {inputs.Count} inputs beside weights");
        }
        throw new FormatException("its output does not come from its input");
    }

    private static void RequireWhole(NodeProto node, int? imageSize)
    {
        var isWhole = node.OpType switch
        {
            "ReduceMean" => (GraphReader.Attribute(node, "axes")?.Ints ?? [2, 3]) is [2 or -2, 3 or -1],
            // What a pooling of a fixed window covers is known where the picture's size is: encoders shrink it 32 times.
            "AveragePool" => imageSize is not null && GraphReader.Attribute(node, "kernel_shape")?.Ints is [var side, _]
                && side == EncoderArchitecture.OutputSide(imageSize.Value, 32),
            _ => true,
        };
        if (!isWhole)
        {
            throw new FormatException($"{GraphReader.Show(node)}: it is no mean over the whole picture");
        }
    }

    // Subtractions and divisions of a value for each channel, right after the input.
    private static (string Value, Normalization? Normalization) FrontEnd(GraphReader graph, IEnumerable<NodeProto> nodes)
    {
        var value = graph.Input.Name;
        var (scale, shift) = (Enumerable.Repeat(1.0, 3).ToArray(), new double[3]);
        var isThere = false;
        foreach (var node in nodes)
        {
            if (node.OpType is not ("Sub" or "Div" or "Mul" or "Add") || node.Input is not [var first, _]
                || first != value || graph.Constant(node, 1) is null)
            {
                continue;
            }
            var constant = graph.Values(node, 1);
            if (constant.Length is not (1 or 3))
            {
                throw new FormatException($"{GraphReader.Show(node)}: it is no value for each channel");
            }
            for (var channel = 0; channel < 3; channel++)
            {
                Apply(node.OpType, constant[channel % constant.Length], ref scale[channel], ref shift[channel]);
            }
            (value, isThere) = (node.Output[0], true);
        }
        return (value, isThere ? Normalized(scale, shift) : null);
    }

    private static void Apply(string operation, double constant, ref double scale, ref double shift)
    {
        switch (operation)
        {
            case "Sub":
                shift -= constant;
                break;
            case "Add":
                shift += constant;
                break;
            default:
                var factor = operation == "Mul" ? constant : 1 / constant;
                (scale, shift) = (scale * factor, shift * factor);
                break;
        }
    }

    // A mean above 1 is one of bytes.
    private static Normalization Normalized(double[] scale, double[] shift)
    {
        double[] mean = [.. shift.Zip(scale, (offset, factor) => -offset / factor)];
        var unit = mean.Any(value => value > 1) ? 255 : 1;
        return new Normalization(
            [.. mean.Select(value => (float)(value / unit))], [.. scale.Select(factor => (float)(1 / factor / unit))]);
    }

    private static int? ImageSize(ValueInfoProto input)
    {
        var shape = input.Type?.TensorType?.Shape?.Dim.Select(dimension => dimension.DimValue).ToList();
        return shape switch
        {
            null => null,
            [_, 3 or 0, var height, var width] when height == width && height is >= 0 and <= 4096 =>
                height == 0 ? null : (int)height,
            _ => throw new FormatException(
                $"its input '{FileText.Show(input.Name)}' is {FileText.Show(shape)}, and not N×3×S×S"),
        };
    }
}
