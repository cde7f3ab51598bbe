using System.Runtime.InteropServices;
using Byol.MLNet.Images;
using Byol.MLNet.Networks;
using Byol.MLNet.Onnx.Format;
using Google.Protobuf;

namespace Byol.MLNet.Onnx;

/// <summary>
/// Writes the frozen encoder as an ONNX graph: N×3×K×K bytes are averaged down to S×S, scaled, normalised and run through the
/// trunk in evaluation mode. Weights keep torchvision's names.
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
    private readonly NetworkWeights _weights;
    private string _current = InputName;
    private int _side;

    private EncoderGraph(EncoderMetadata metadata, NetworkWeights weights)
    {
        _metadata = metadata;
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
        var architecture = _metadata.Architecture;
        _current = PaddedConvolution("conv1", _current, architecture.StemKernel, architecture.StemStride, architecture.StemPadding);
        _current = BatchNorm("bn1", _current);
        Node("Relu", "relu");
        if (architecture.HasMaxPool)
        {
            Node("MaxPool", "maxpool", Integers("kernel_shape", 3, 3), Integers("strides", 2, 2), Integers("pads", 1, 1, 1, 1));
        }
        _side = architecture.FirstBlockSide(_metadata.ImageSize);
        foreach (var block in architecture.Blocks)
        {
            WriteBlock(block);
        }
    }

    private void WriteBlock(ResidualBlock block)
    {
        var (input, inputSide) = (_current, _side);
        var layers = block.Layers;
        for (var i = 0; i < layers.Count; i++)
        {
            if (i > 0)
            {
                Node("Relu", $"{layers[i - 1].Norm}.relu");
            }
            _current = Normalized(layers[i], _current, _side);
            _side = EncoderArchitecture.OutputSide(_side, layers[i].Stride);
        }
        var shortcut = block.Shortcut is { } projection ? Normalized(projection, input, inputSide) : input;
        _current = Node("Add", $"{block.Name}.sum", [_current, shortcut]);
        Node("Relu", $"{block.Name}.relu");
    }

    private string Normalized(BlockLayer layer, string input, int side) => BatchNorm(
        layer.Norm,
        layer.Kernel == 3 ? Convolution(layer.Name, input, side, layer.Stride) : PaddedConvolution(layer.Name, input, layer.Kernel, layer.Stride, layer.Kernel / 2));

    private void WriteOutput()
    {
        Node("GlobalAveragePool", "pooled");
        Node("Flatten", _metadata.NormalizeEmbedding ? "features" : OutputName, Integer("axis", 1));
        if (_metadata.NormalizeEmbedding)
        {
            Node("LpNormalization", OutputName, Integer("axis", 1), Integer("p", 2));
        }
        _graph.Output.Add(Value(OutputName, TensorProto.Types.DataType.Float, _metadata.Architecture.EmbeddingDimension));
    }

    // A 3×3 convolution of pictures of the given side. On one pixel, and from 2×2 to one pixel, only the taps that meet the picture
    // are taken, which the runtime does once, when it loads the model; on larger pictures all are.
    private string Convolution(string name, string input, int side, int stride)
    {
        if (!DenseKernel.Suits(3, side) || EncoderArchitecture.OutputSide(side, stride) > 1)
        {
            return PaddedConvolution(name, input, 3, stride, 1);
        }
        Constant($"{name}.first", [2], 1L, 1L);
        Constant($"{name}.end", [2], 1L + side, 1L + side);
        Constant($"{name}.axes", [2], 2L, 3L);
        Node("Slice", $"{name}.touched", [$"{name}.weight", $"{name}.first", $"{name}.end", $"{name}.axes"]);
        return Node("Conv", name, [input, $"/{name}.touched"], Integers("kernel_shape", side, side));
    }

    private string PaddedConvolution(string name, string input, int kernel, int stride, int padding) => Node(
        "Conv",
        name,
        [input, $"{name}.weight"],
        Integers("kernel_shape", kernel, kernel),
        Integers("strides", stride, stride),
        Integers("pads", padding, padding, padding, padding));

    private string BatchNorm(string name, string input) => Node(
        "BatchNormalization",
        name,
        [input, $"{name}.weight", $"{name}.bias", $"{name}.running_mean", $"{name}.running_var"],
        new AttributeProto { Name = "epsilon", Type = AttributeProto.Types.AttributeType.Float, F = (float)Networks.BatchNorm.Epsilon });

    // A node on the current value, which its output then becomes.
    private void Node(string operation, string output, params AttributeProto[] attributes) =>
        _current = Node(operation, output, [_current], attributes);

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
