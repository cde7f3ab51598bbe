using System.Runtime.InteropServices;
using Byol.MLNet.Encoders;
using Byol.MLNet.Onnx.Format;
using Google.Protobuf;

namespace Byol.MLNet.Onnx;

/// <summary>
/// Writes the frozen encoder as an ONNX graph: N×3×K×K bytes are averaged down to S×S, scaled, normalised and run
/// through the encoder's layers in evaluation mode. Weights keep their names, which for a ResNet are torchvision's.
/// </summary>
internal sealed class EncoderGraph : ILayerVisitor<string>
{
    public const string InputName = "pixels";
    public const string OutputName = "embedding";

    private readonly GraphWriter _graph = new("byol_encoder");
    private readonly EncoderMetadata _metadata;
    private readonly EncoderArchitecture _architecture;
    private readonly Func<TensorSpec, ByteString> _weights;
    private readonly HashSet<string> _names;
    private readonly QuantizedNodes? _int8;
    private string _current = InputName;
    private int _side;
    private int _unnamed;

    private EncoderGraph(EncoderMetadata metadata, Func<TensorSpec, ByteString> weights)
    {
        _metadata = metadata;
        _architecture = metadata.Architecture;
        _weights = weights;
        _side = metadata.ImageSize;
        _names = [.. _architecture.Layers.SelectMany(layer => layer.Names())];
        _int8 = metadata.IsInt8 ? new QuantizedNodes(_graph, weights) : null;
    }

    public static ModelProto Write(EncoderMetadata metadata, NetworkWeights weights) =>
        Write(metadata, spec => ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(weights[spec.Name])));

    /// <param name="metadata">Says the encoder's layers.</param>
    /// <param name="weights">The bytes of each of its tensors.</param>
    public static ModelProto Write(EncoderMetadata metadata, Func<TensorSpec, ByteString> weights)
    {
        var writer = new EncoderGraph(metadata, weights);
        writer.WriteFrontEnd();
        writer.WriteOutput(writer.WriteTrunk());
        return writer._graph.ToModel(metadata.LibraryVersion, metadata.Entries(writer._graph.Digest()));
    }

    /// <summary>The values that an int8 graph of the encoder rounds: names of the fp32 graph's too.</summary>
    public static IReadOnlyList<string> RoundedValues(EncoderMetadata metadata)
    {
        var writer = new EncoderGraph(metadata with { IsInt8 = true }, _ => ByteString.Empty);
        writer.WriteFrontEnd();
        writer.WriteTrunk();
        return writer._int8!.Values;
    }

    private void WriteFrontEnd()
    {
        var stored = _metadata.StoredImageSize;
        _graph.Input(InputName, TensorProto.Types.DataType.Uint8, 3, stored, stored);
        Node("Cast", "image", GraphWriter.Integer("to", (int)TensorProto.Types.DataType.Float));
        var factor = stored / _metadata.ImageSize;
        if (factor > 1)
        {
            Node(
                "AveragePool",
                "reduced",
                GraphWriter.Integers("kernel_shape", factor, factor),
                GraphWriter.Integers("strides", factor, factor));
        }
        _graph.Constant("front.mean", [1, 3, 1, 1], [.. _metadata.Normalization.Mean.Select(value => 255 * value)]);
        _graph.Constant(
            "front.std", [1, 3, 1, 1], [.. _metadata.Normalization.StandardDeviation.Select(value => 255 * value)]);
        _current = Node("Sub", "centred", [_current, "front.mean"]);
        _current = Node("Div", "normalized", [_current, "front.std"]);
        _current = _int8?.Round(_current) ?? _current;
    }

    // The pooled outputs that make the embedding.
    private string[] WriteTrunk()
    {
        foreach (var spec in _metadata.Tensors())
        {
            _graph.Weight(spec.Name, spec.Shape, _weights(spec));
        }
        var pooled = new List<string>();
        var start = 0;
        foreach (var end in _architecture.EmbeddedLayers)
        {
            Chain([.. _architecture.Layers.Take(end).Skip(start)]);
            start = end;
            var name = _architecture.EmbeddedLayers.Count == 1 ? "pooled" : $"pooled.{end}";
            pooled.Add(Node("GlobalAveragePool", name, [_current]));
        }
        return [.. pooled];
    }

    public string Chain(IReadOnlyList<EncoderLayer> layers)
    {
        for (var i = 0; i < layers.Count; i++)
        {
            var input = _current;
            if (_int8 is not null && layers[i] is ConvolutionLayer convolution
                && layers.ElementAtOrDefault(i + 1) is BatchNormLayer norm)
            {
                _current = Convolution(convolution, norm);
                i++;
            }
            else
            {
                _current = layers[i].Accept(this);
            }
            // A ReLU is part of the layer before it.
            if (_int8 is not null && layers.ElementAtOrDefault(i + 1) is not ReluLayer)
            {
                _current = _int8.Round(_current, like: layers[i] is MaxPoolLayer ? input : null);
            }
        }
        return _current;
    }

    public string BatchNorm(BatchNormLayer layer)
    {
        string[] tensors = [.. layer.Tensors().Select(spec => spec.Name)];
        return Node(
            "BatchNormalization",
            Inner(layer.Name),
            [_current, .. tensors],
            GraphWriter.Number("epsilon", BatchNormLayer.Epsilon));
    }

    public string Relu(ReluLayer layer) => Node("Relu", Inner(Unused($"relu.{++_unnamed}")), [_current]);

    public string MaxPool(MaxPoolLayer layer)
    {
        _side = layer.OutputSide(_side);
        return Node(
            "MaxPool",
            Inner(Unused($"maxpool.{++_unnamed}")),
            [_current],
            GraphWriter.Integers("kernel_shape", layer.Kernel, layer.Kernel),
            GraphWriter.Integers("strides", layer.Stride, layer.Stride),
            Padding(layer.Kernel));
    }

    public string Residual(ResidualLayer layer)
    {
        var (input, side) = (_current, _side);
        var branch = Chain(layer.Branch);
        var outputSide = _side;
        (_current, _side) = (input, side);
        var shortcut = Chain(layer.Shortcut);
        _side = outputSide;
        return Node("Add", Inner(layer.Name), [branch, shortcut]);
    }

    // On one pixel, and from 2×2 to one pixel, only the taps of a 3×3 kernel that meet the picture are taken, which the
    // runtime does once, when it loads the model; on larger pictures all are.
    public string Convolution(ConvolutionLayer layer) => Convolution(layer, norm: null);

    private string Convolution(ConvolutionLayer layer, BatchNormLayer? norm)
    {
        var side = _side;
        _side = layer.OutputSide(side);
        var name = Inner(norm?.Name ?? layer.Name);
        var (weight, bias) = norm is null
            ? ($"{layer.Name}.weight", null)
            : _int8!.Fold($"/{name}", $"{layer.Name}.weight", norm);
        var groups = GraphWriter.Integer("group", layer.Groups);
        if (!layer.MeetsPadding(side) || _side > 1)
        {
            return Node(
                "Conv",
                name,
                Operands(weight),
                GraphWriter.Integers("kernel_shape", layer.Kernel, layer.Kernel),
                GraphWriter.Integers("strides", layer.Stride, layer.Stride),
                Padding(layer.Kernel),
                groups);
        }
        _graph.Constant($"{name}.first", [2], 1L, 1L);
        _graph.Constant($"{name}.end", [2], 1L + side, 1L + side);
        _graph.Constant($"{name}.axes", [2], 2L, 3L);
        var output = Inner(Unused($"{layer.Name}.touched"));
        var touched = Node("Slice", output, [weight, $"{name}.first", $"{name}.end", $"{name}.axes"]);
        return Node("Conv", name, Operands(touched), GraphWriter.Integers("kernel_shape", side, side), groups);

        string[] Operands(string kernel) => _int8?.Operands($"/{name}", _current, kernel, bias) ?? [_current, kernel];
    }

    private void WriteOutput(string[] pooled)
    {
        var isNormalized = _metadata.Recipe.Encoder.NormalizeEmbedding;
        var whitening = _metadata.Whitening;
        _current = pooled.Length == 1 ? pooled[0] : Node("Concat", "pooled", pooled, GraphWriter.Integer("axis", 1));
        Node(
            "Flatten",
            isNormalized || whitening.Kind != ByolWhitening.None ? "features" : OutputName,
            GraphWriter.Integer("axis", 1));
        if (whitening.Kind != ByolWhitening.None)
        {
            var isLast = !whitening.HasDirections && !isNormalized;
            _current = Node(
                "Sub", isLast ? OutputName : "features.centred", [_current, EmbeddingWhitening.Mean]);
        }
        if (whitening.HasDirections)
        {
            _current = Node(
                "MatMul",
                isNormalized ? "features.whitened" : OutputName,
                [_current, EmbeddingWhitening.Directions]);
        }
        if (isNormalized)
        {
            Node("LpNormalization", OutputName, GraphWriter.Integer("axis", 1), GraphWriter.Integer("p", 2));
        }
        _graph.Output(OutputName, TensorProto.Types.DataType.Float, whitening.Dimension);
    }

    // A node on the current value, which its output then becomes.
    private void Node(string operation, string output, params AttributeProto[] attributes) =>
        _current = Node(operation, output, [_current], attributes);

    // Inner values get a slash, so that a column name that the output is renamed to does not meet one of them.
    private string Node(string operation, string name, string[] inputs, params AttributeProto[] attributes) =>
        _graph.Node(operation, name == OutputName ? name : $"/{name}", inputs, attributes);

    // The encoder's own names are the caller's choice, and must not meet those around it.
    private static string Inner(string name) => $"encoder/{name}";

    // A layer may be named like what has no name of its own.
    private string Unused(string name)
    {
        while (!_names.Add(name))
        {
            name += "'";
        }
        return name;
    }

    private static AttributeProto Padding(int kernel) =>
        GraphWriter.Integers("pads", kernel / 2, kernel / 2, kernel / 2, kernel / 2);
}
