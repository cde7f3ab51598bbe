using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;
using Byol.MLNet.Onnx.Format;
using Google.Protobuf;

namespace Byol.MLNet.Onnx.Import;

/// <summary>
/// Reads an ONNX file that another program wrote as an encoder: its layers and weights up to the pooling over the whole
/// picture. A classifier after it is left out. Nothing of the file is run.
/// </summary>
internal static class EncoderImport
{
    private const int MaximumImageSize = 4096;

    /// <exception cref="InvalidDataException">The file is damaged, or none of an encoder; the message names the node
    /// that no encoder here can have.</exception>
    public static ImportedEncoder Read(string path)
    {
        try
        {
            return Read(Graph(path));
        }
        // Whatever the reader stumbles over, the file is not one that it can use; failures to read are the caller's.
        catch (Exception exception) when (
            exception is InvalidProtocolBufferException
                or not (IOException or UnauthorizedAccessException or OutOfMemoryException))
        {
            throw Unreadable(path, exception);
        }
    }

    /// <summary>Says that a file is none of an encoder here, and why.</summary>
    public static InvalidDataException Unreadable(string path, Exception reason) => new(
        $"'{path}' cannot be read as an encoder: {FileText.ShowMessage(reason.Message.TrimEnd('.'))}.", reason);

    /// <summary>What the graph does to its pictures before anything else; null where that is nothing, or cannot be
    /// read.</summary>
    public static GraphFront? ReadFront(string path)
    {
        try
        {
            var proto = Graph(path);
            return GraphFront.Read(new GraphReader(proto), proto.Node) is { Normalization: not null } front
                ? front
                : null;
        }
        catch (Exception exception) when (exception is FormatException or InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static GraphProto Graph(string path)
    {
        using var stream = File.OpenRead(path);
        ModelFile.RequireFewParts(stream);
        return ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(stream).Graph
            ?? throw new FormatException("it has no graph");
    }

    private static ImportedEncoder Read(GraphProto proto)
    {
        var graph = new GraphReader(proto);
        var size = ImageSize(graph.Input);
        var end = FeatureEnd.Find(graph);
        var front = GraphFront.Read(graph, proto.Node);
        var reader = new LayerReader(graph);
        var read = reader.Read(front.Value, end.Value);
        var (backbone, stem, width) = ResNetShape.Find(read) ?? (ByolBackbone.Of(Name(proto), read), default, 1);
        var layers = backbone.Layers(stem, width);
        end.RequireWhole(graph, layers.Aggregate(size, (side, layer) => side is { } of ? layer.OutputSide(of) : null));
        return new ImportedEncoder(
            backbone, stem, width, Weights(reader, read, layers), front.Normalization, size, end.LeftOut);
    }

    private static string Name(GraphProto graph)
    {
        var name = FileText.Show(graph.Name);
        return string.IsNullOrWhiteSpace(name) || ByolBackbone.FindBuiltIn(name) is not null ? "imported" : name;
    }

    // The weights of the layers as they were read, under the names of the same layers as they are kept.
    private static NetworkWeights Weights(
        LayerReader reader, IReadOnlyList<EncoderLayer> read, IReadOnlyList<EncoderLayer> kept)
    {
        var tensors = Tensors(read).Zip(Tensors(kept))
            .ToDictionary(pair => pair.Second.Name, pair => reader.Weights[pair.First.Name]);
        return Tensors(kept).FirstOrDefault(spec => spec.Count != tensors[spec.Name].Length) is { } wrong
            ? throw new FormatException($"its tensor '{wrong.Name}' is not {FileText.Show(wrong.Shape)}")
            : new NetworkWeights(Tensors(kept), spec => tensors[spec.Name]);
    }

    private static IEnumerable<TensorSpec> Tensors(IReadOnlyList<EncoderLayer> layers) =>
        layers.SelectMany(layer => layer.Tensors());

    private static int? ImageSize(ValueInfoProto input)
    {
        var shape = input.Type?.TensorType?.Shape?.Dim.Select(dimension => dimension.DimValue).ToList();
        return shape switch
        {
            null => null,
            [_, 3 or 0, var height, var width] when height == width && height is >= 0 and <= MaximumImageSize =>
                height == 0 ? null : (int)height,
            _ => throw new FormatException(
                $"its input '{FileText.Show(input.Name)}' is {FileText.Show(shape)}, and not N×3×S×S"),
        };
    }
}
