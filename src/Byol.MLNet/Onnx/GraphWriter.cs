using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Byol.MLNet.Onnx.Format;
using Google.Protobuf;

namespace Byol.MLNet.Onnx;

/// <summary>Puts an ONNX graph together: opset 17, batches of any size.</summary>
internal sealed class GraphWriter(string name)
{
    public const int OpsetVersion = 17;
    public const int IrVersion = 8;

    /// <summary>What the models say that wrote them.</summary>
    public const string Producer = "Byol.MLNet";

    private const string BatchDimension = "N";

    private readonly GraphProto _graph = new() { Name = name };

    public void Input(string name, TensorProto.Types.DataType type, params long[] shape) =>
        _graph.Input.Add(Value(name, type, shape));

    public void Output(string name, TensorProto.Types.DataType type, params long[] shape) =>
        _graph.Output.Add(Value(name, type, shape));

    /// <summary>Adds a node named after its output, which is returned.</summary>
    public string Node(string operation, string output, string[] inputs, params AttributeProto[] attributes)
    {
        _graph.Node.Add(
            new NodeProto
            {
                OpType = operation,
                Name = output,
                Input = { inputs },
                Output = { output },
                Attribute = { attributes },
            });
        return output;
    }

    /// <summary>The k largest values of each row and where they are.</summary>
    public (string Values, string Indices) Largest(string output, string input, string k)
    {
        var indices = $"{output}.indices";
        _graph.Node.Add(
            new NodeProto { OpType = "TopK", Name = output, Input = { input, k }, Output = { output, indices } });
        return (output, indices);
    }

    public string Constant(string name, long[] shape, params float[] values) =>
        Constant(name, TensorProto.Types.DataType.Float, shape, MemoryMarshal.AsBytes<float>(values));

    public string Constant(string name, long[] shape, params long[] values) =>
        Constant(name, TensorProto.Types.DataType.Int64, shape, MemoryMarshal.AsBytes<long>(values));

    /// <summary>Adds fp32 values that are bytes already, without a copy of them.</summary>
    public void Weight(string name, long[] shape, ByteString values) => _graph.Initializer.Add(new TensorProto
    {
        Name = name,
        DataType = (int)TensorProto.Types.DataType.Float,
        Dims = { shape },
        RawData = values,
    });

    public ModelProto ToModel(string libraryVersion, IEnumerable<StringStringEntryProto> metadata) => new()
    {
        IrVersion = IrVersion,
        ProducerName = Producer,
        ProducerVersion = libraryVersion,
        Graph = _graph,
        OpsetImport = { new OperatorSetIdProto { Domain = "", Version = OpsetVersion } },
        MetadataProps = { metadata },
    };

    /// <summary>SHA-256 of the names and bytes of all constants so far.</summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var constant in _graph.Initializer)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(constant.Name));
            hash.AppendData(constant.RawData.Span);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static AttributeProto Integer(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Integers(string name, params long[] values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

    public static AttributeProto Number(string name, double value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = (float)value };

    private string Constant(string name, TensorProto.Types.DataType type, long[] shape, ReadOnlySpan<byte> values)
    {
        _graph.Initializer.Add(
            new TensorProto
            {
                Name = name,
                DataType = (int)type,
                Dims = { shape },
                RawData = ByteString.CopyFrom(values),
            });
        return name;
    }

    /// <summary>A value of batches.</summary>
    public static ValueInfoProto Value(string name, TensorProto.Types.DataType type, long[] shape)
    {
        var dimensions = new TensorShapeProto
        {
            Dim = { new TensorShapeProto.Types.Dimension { DimParam = BatchDimension } },
        };
        dimensions.Dim.AddRange(shape.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }));
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions },
            },
        };
    }
}
