using System.Runtime.InteropServices;
using Byol.MLNet.Images;
using Byol.MLNet.Networks;
using Byol.MLNet.Onnx.Format;
using Google.Protobuf;

namespace Byol.MLNet.Onnx;

/// <summary>
/// Writes the frozen encoder as an ONNX graph: N×3×K×K bytes are averaged down to S×S, scaled, normalised and run through the
/// encoder's layers in evaluation mode. Weights keep their names, which for a ResNet are torchvision's.
/// </summary>
internal sealed class EncoderGraph
{
    public const string InputName = "pixels";
    public const string OutputName = "embedding";
    public const int OpsetVersion = 17;
    public const int IrVersion = 8;

    private const string BatchDimension = "N";

    private readonly GraphProto _graph = new() { Name = "byol_encoder" };
    private readonly EncoderMetadata _metadata;
    private readonly EncoderArchitecture _architecture;
    private readonly NetworkWeights _weights;
    private string _current = InputName;
    private int _unnamed;

    private EncoderGraph(EncoderMetadata metadata, NetworkWeights weights)
    {
        _metadata = metadata;
        _architecture = metadata.Architecture;
        _weights = weights;
    }

    public static ModelProto Write(EncoderMetadata metadata, NetworkWeights weights)
    {
        var writer = new EncoderGraph(metadata, weights);
        writer.WriteFrontEnd();
        writer.WriteTrunk();
        writer.WriteOutput();
        return new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "Byol.MLNet",
            ProducerVersion = metadata.LibraryVersion,
            Graph = writer._graph,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = OpsetVersion } },
            MetadataProps = { metadata.Entries() },
        };
    }

    private void WriteFrontEnd()
    {
        var stored = _metadata.StoredImageSize;
        _graph.Input.Add(Value(InputName, TensorProto.Types.DataType.Uint8, 3, stored, stored));
        Node("Cast", "image", Integer("to", (int)TensorProto.Types.DataType.Float));
        var factor = stored / _metadata.ImageSize;
        if (factor > 1)
        {
            Node("AveragePool", "reduced", Integers("kernel_shape", factor, factor), Integers("strides", factor, factor));
        }
        Constant("front.mean", [1, 3, 1, 1], [.. Normalization.Mean.Select(value => 255 * value)]);
        Constant("front.std", [1, 3, 1, 1], [.. Normalization.StandardDeviation.Select(value => 255 * value)]);
        _current = Node("Sub", "centred", [_current, "front.mean"]);
        _current = Node("Div", "normalized", [_current, "front.std"]);
    }

    private void WriteTrunk()
    {
        foreach (var spec in _weights.Specs)
        {
            Constant(spec.Name, spec.Shape, _weights[spec.Name]);
        }
        var side = _metadata.ImageSize;
        WriteChain(_architecture.Layers, ref side);
    }

    private void WriteChain(IReadOnlyList<EncoderLayer> layers, ref int side)
    {
        foreach (var layer in layers)
        {
            WriteLayer(layer, ref side);
        }
    }

    private void WriteLayer(EncoderLayer layer, ref int side)
    {
        switch (layer)
        {
            case ConvolutionLayer convolution:
                WriteConvolution(convolution, side);
                side = EncoderArchitecture.OutputSide(side, convolution.Stride);
                break;
            case BatchNormLayer norm:
                _current = Node(
                    "BatchNormalization",
                    Inner(norm.Name),
                    [_current, $"{norm.Name}.weight", $"{norm.Name}.bias", $"{norm.Name}.running_mean", $"{norm.Name}.running_var"],
                    new AttributeProto { Name = "epsilon", Type = AttributeProto.Types.AttributeType.Float, F = (float)BatchNorm.Epsilon });
                break;
            case ReluLayer:
                Node("Relu", Inner($"relu.{++_unnamed}"));
                break;
            case MaxPoolLayer pool:
                Node("MaxPool", Inner($"maxpool.{++_unnamed}"), Integers("kernel_shape", pool.Kernel, pool.Kernel), Integers("strides", pool.Stride, pool.Stride), Padding(pool.Kernel));
                side = EncoderArchitecture.OutputSide(side, pool.Stride);
                break;
            case ResidualLayer residual:
                var (input, shortcutSide) = (_current, side);
                WriteChain(residual.Branch, ref side);
                var branch = _current;
                _current = input;
                WriteChain(residual.Shortcut, ref shortcutSide);
                _current = Node("Add", Inner(residual.Name), [branch, _current]);
                break;
            default:
                throw new NotSupportedException($"A layer of type {layer.GetType().Name}.");
        }
    }

    // On one pixel, and from 2×2 to one pixel, only the taps of a 3×3 kernel that meet the picture are taken, which the runtime does
    // once, when it loads the model; on larger pictures all are.
    private void WriteConvolution(ConvolutionLayer layer, int side)
    {
        var name = Inner(layer.Name);
        var groups = Integer("group", layer.Groups);
        if (!DenseKernel.Suits(layer.Kernel, side) || EncoderArchitecture.OutputSide(side, layer.Stride) > 1)
        {
            _current = Node(
                "Conv",
                name,
                [_current, $"{layer.Name}.weight"],
                Integers("kernel_shape", layer.Kernel, layer.Kernel),
                Integers("strides", layer.Stride, layer.Stride),
                Padding(layer.Kernel),
                groups);
            return;
        }
        Constant($"{name}.first", [2], 1L, 1L);
        Constant($"{name}.end", [2], 1L + side, 1L + side);
        Constant($"{name}.axes", [2], 2L, 3L);
        var touched = Node("Slice", $"{name}.touched", [$"{layer.Name}.weight", $"{name}.first", $"{name}.end", $"{name}.axes"]);
        _current = Node("Conv", name, [_current, touched], Integers("kernel_shape", side, side), groups);
    }

    private void WriteOutput()
    {
        Node("GlobalAveragePool", "pooled");
        Node("Flatten", _metadata.NormalizeEmbedding ? "features" : OutputName, Integer("axis", 1));
        if (_metadata.NormalizeEmbedding)
        {
            Node("LpNormalization", OutputName, Integer("axis", 1), Integer("p", 2));
        }
        _graph.Output.Add(Value(OutputName, TensorProto.Types.DataType.Float, _architecture.EmbeddingDimension));
    }

    // A node on the current value, which its output then becomes.
    private void Node(string operation, string output, params AttributeProto[] attributes) =>
        _current = Node(operation, output, [_current], attributes);

    // The encoder's own names are the caller's choice, and must not meet those around it.
    private static string Inner(string name) => $"encoder/{name}";

    private static AttributeProto Padding(int kernel) => Integers("pads", kernel / 2, kernel / 2, kernel / 2, kernel / 2);

    // Inner values get a slash, so that a column name that the output is renamed to does not meet one of them.
    private string Node(string operation, string name, string[] inputs, params AttributeProto[] attributes)
    {
        var output = name == OutputName ? name : $"/{name}";
        _graph.Node.Add(new NodeProto { OpType = operation, Name = name, Input = { inputs }, Output = { output }, Attribute = { attributes } });
        return output;
    }

    private void Constant(string name, long[] shape, params float[] values) =>
        Constant(name, TensorProto.Types.DataType.Float, shape, MemoryMarshal.AsBytes<float>(values));

    private void Constant(string name, long[] shape, params long[] values) =>
        Constant(name, TensorProto.Types.DataType.Int64, shape, MemoryMarshal.AsBytes<long>(values));

    private void Constant(string name, TensorProto.Types.DataType type, long[] shape, ReadOnlySpan<byte> values) => _graph.Initializer.Add(
        new TensorProto { Name = name, DataType = (int)type, Dims = { shape }, RawData = ByteString.CopyFrom(values) });

    private static AttributeProto Integer(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    private static AttributeProto Integers(string name, params long[] values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, params long[] shape)
    {
        var dimensions = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = BatchDimension } } };
        dimensions.Dim.AddRange(shape.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }));
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions } },
        };
    }
}
