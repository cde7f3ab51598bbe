using System.Runtime.InteropServices;
using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;
using Byol.MLNet.Onnx.Format;
using Google.Protobuf;

namespace Byol.MLNet.Onnx;

/// <summary>
/// A trained encoder as an ONNX model with its metadata: what a transformer carries and a model file holds.
/// </summary>
internal sealed class FrozenEncoder
{
    private readonly ModelProto _model;

    private FrozenEncoder(ModelProto model, EncoderMetadata metadata)
    {
        _model = model;
        Metadata = metadata;
        EmbeddingDimension = metadata.Whitening.Dimension;
    }

    public EncoderMetadata Metadata { get; }

    public int EmbeddingDimension { get; }

    public static FrozenEncoder Freeze(EncoderMetadata metadata, NetworkWeights weights) =>
        new(EncoderGraph.Write(metadata, weights), metadata);

    /// <summary>The same encoder with the weights that its training started from. It needs no libtorch.</summary>
    public FrozenEncoder Untrained() =>
        Freeze(
            Metadata with { Whitening = null, IsInt8 = false },
            WeightInitializer.Create(Metadata.Architecture.Tensors(), Metadata.InitializationSeed));

    /// <summary>The same weights in fp32, whose graph also gives the least and the largest number of each image, for
    /// each value that an int8 graph rounds.</summary>
    public ObservedGraph Observed() =>
        new(
            EncoderGraph.Write(Metadata with { IsInt8 = false }, spec => Bytes(spec.Name)),
            EncoderGraph.RoundedValues(Metadata));

    /// <summary>The same encoder in int8.</summary>
    /// <param name="ranges">The least and the largest number that each rounded value takes.</param>
    public FrozenEncoder ToInt8(ActivationRanges ranges)
    {
        var metadata = Metadata with { IsInt8 = true };
        return new(EncoderGraph.Write(metadata, spec => ranges.Find(spec) ?? Bytes(spec.Name)), metadata);
    }

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or not a model of this library.</exception>
    public static FrozenEncoder Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"The model file '{path}' does not exist.", path);
        }
        try
        {
            using var stream = File.OpenRead(path);
            var (model, metadata) = ModelFile.Read(stream);
            return new FrozenEncoder(model, metadata);
        }
        // Whatever else the reader stumbles over, the file is not one that it can use; failures to read at all are
        // the caller's.
        catch (Exception exception) when (
            exception is InvalidProtocolBufferException
                or not (IOException or UnauthorizedAccessException or OutOfMemoryException))
        {
            throw new InvalidDataException(
                $"'{path}' is not a model of Byol.MLNet, or is damaged: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    /// <summary>Whether the file says that it is a model of this library; what it is worth shows when it is
    /// loaded.</summary>
    public static bool IsOwn(string path) => ModelFile.IsOwn(path);

    /// <summary>The weight of the given name.</summary>
    public float[] Weight(string name) => [.. MemoryMarshal.Cast<byte, float>(Bytes(name).Span)];

    public void Save(string path) => AtomicFile.Write(path, stream => _model.WriteTo(stream));

    public byte[] ToBytes() => _model.ToByteArray();

    /// <summary>
    /// The model with its input and output renamed, since ML.NET takes a graph's names for column names.
    /// </summary>
    public byte[] ToBytes(string inputName, string outputName)
    {
        // Only the small messages are copied; weights are shared with this model.
        var graph = new GraphProto { Name = _model.Graph.Name, Initializer = { _model.Graph.Initializer } };
        graph.Node.AddRange(_model.Graph.Node.Select(node => Rename(node.Clone())));
        graph.Input.AddRange(
            _model.Graph.Input.Select(value => new ValueInfoProto { Name = New(value.Name), Type = value.Type }));
        graph.Output.AddRange(
            _model.Graph.Output.Select(value => new ValueInfoProto { Name = New(value.Name), Type = value.Type }));
        return new ModelProto
        {
            IrVersion = _model.IrVersion,
            ProducerName = _model.ProducerName,
            ProducerVersion = _model.ProducerVersion,
            OpsetImport = { _model.OpsetImport },
            MetadataProps = { _model.MetadataProps },
            Graph = graph,
        }.ToByteArray();

        NodeProto Rename(NodeProto node)
        {
            Replace(node.Input);
            Replace(node.Output);
            return node;
        }

        void Replace(IList<string> names)
        {
            for (var i = 0; i < names.Count; i++)
            {
                names[i] = New(names[i]);
            }
        }

        string New(string name) => name switch
        {
            EncoderGraph.InputName => inputName,
            EncoderGraph.OutputName => outputName,
            _ => name,
        };
    }

    private ByteString Bytes(string weight) =>
        _model.Graph.Initializer.Single(tensor => tensor.Name == weight).RawData;
}
