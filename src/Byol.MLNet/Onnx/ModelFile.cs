using System.Runtime.InteropServices;
using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;
using Byol.MLNet.Onnx.Format;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Byol.MLNet.Onnx;

/// <summary>
/// Reads a model file. Of the file only metadata and weights are used: its graph must be the one that the library
/// writes for them, so that nothing else is ever run.
/// </summary>
internal static class ModelFile
{
    private const int MaximumGraph = 4_000_000;

    // Fields of ModelProto, GraphProto and TensorProto.
    private const int ProducerName = 2;
    private const int Graph = 7;
    private const int Initializer = 5;
    private const int FloatData = 4;
    private const int RawData = 9;

    /// <summary>Whether the file says that the library wrote it.</summary>
    public static bool IsOwn(string path)
    {
        using var stream = File.OpenRead(path);
        using var input = new CodedInputStream(stream);
        try
        {
            while (input.ReadTag() is var tag and not 0)
            {
                if (tag == WireFormat.MakeTag(ProducerName, WireFormat.WireType.LengthDelimited))
                {
                    return input.ReadString() == GraphWriter.Producer;
                }
                input.SkipLastField();
            }
        }
        catch (InvalidProtocolBufferException)
        {
            // Whoever reads it will say what is wrong with it.
        }
        return false;
    }

    /// <exception cref="FormatException">The file is not one that the library wrote.</exception>
    /// <exception cref="InvalidProtocolBufferException">The file is cut off, or not a model.</exception>
    public static (ModelProto Model, EncoderMetadata Metadata) Read(Stream stream)
    {
        RequireFewParts(stream);
        var read = ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(stream);
        var metadata = EncoderMetadata.Read(read);
        var graph = read.Graph ?? throw new FormatException("it has no graph");
        var weights = Weights(graph);
        var written = EncoderGraph.Write(metadata, spec => Require(weights, spec));
        RequireSame("operator set", read.OpsetImport, written.OpsetImport, opset => $"{opset.Domain} {opset.Version}");
        RequireSame("input", graph.Input, written.Graph.Input, input => input.Name);
        RequireSame("output", graph.Output, written.Graph.Output, output => output.Name);
        RequireSame("initializer", graph.Initializer, written.Graph.Initializer, tensor => tensor.Name);
        RequireSame("node", graph.Node, written.Graph.Node, node => node.Name);
        if (EncoderMetadata.WeightsDigest(read) is { } digest && digest != EncoderMetadata.WeightsDigest(written))
        {
            throw new FormatException("its weights are not those that it was written with");
        }
        return (written, metadata);
    }

    /// <summary>
    /// Refuses a file whose parts would take far more memory than the file: a part may be two bytes in it and an object
    /// of more than a hundred; weights are the bytes that they are.
    /// </summary>
    /// <exception cref="FormatException">There is too much beside the weights.</exception>
    public static void RequireFewParts(Stream stream)
    {
        using var input = new CodedInputStream(stream, leaveOpen: true);
        var weights = 0L;
        Walk(input, stream.Length, [Graph], () => Walk(input, EndOfPart(input), [Initializer], WalkInitializer));
        stream.Position = 0;
        if (stream.Length - weights > MaximumGraph)
        {
            throw new FormatException($"it holds {stream.Length - weights} bytes beside its weights");
        }

        void WalkInitializer() => Walk(input, EndOfPart(input), [FloatData, RawData], () =>
        {
            weights -= input.Position;
            input.SkipLastField();
            weights += input.Position;
        });
    }

    private static void Walk(CodedInputStream input, long end, int[] parts, Action walkPart)
    {
        while (input.Position < end && input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited
                && Array.IndexOf(parts, WireFormat.GetTagFieldNumber(tag)) >= 0)
            {
                walkPart();
            }
            else
            {
                input.SkipLastField();
            }
        }
    }

    private static long EndOfPart(CodedInputStream input)
    {
        var length = input.ReadLength();
        return input.Position + length;
    }

    private static Dictionary<string, ByteString> Weights(GraphProto graph)
    {
        var weights = new Dictionary<string, ByteString>();
        foreach (var tensor in graph.Initializer)
        {
            if (!weights.TryAdd(tensor.Name, tensor.RawData))
            {
                throw new FormatException($"its initializer '{FileText.Show(tensor.Name)}' is there twice");
            }
        }
        return weights;
    }

    private static ByteString Require(Dictionary<string, ByteString> weights, TensorSpec spec)
    {
        if (!weights.TryGetValue(spec.Name, out var values) || values.Length != spec.Count * sizeof(float))
        {
            throw new FormatException($"the weight '{FileText.Show(spec.Name)}' is missing or of the wrong size");
        }
        if (!MemoryMarshal.Cast<byte, float>(values.Span).ToArray().All(float.IsFinite))
        {
            throw new FormatException($"the weight '{FileText.Show(spec.Name)}' holds values that are not finite");
        }
        if (spec.Shape.Length == 0 && !QuantizedNodes.IsPossible(spec, BitConverter.ToSingle(values.Span)))
        {
            throw new FormatException($"the number '{FileText.Show(spec.Name)}' is out of range");
        }
        return values;
    }

    private static void RequireSame<T>(
        string kind, RepeatedField<T> read, RepeatedField<T> written, Func<T, string> name)
    {
        for (var i = 0; i < Math.Max(read.Count, written.Count); i++)
        {
            if (i >= read.Count || i >= written.Count || !Equals(read[i], written[i]))
            {
                var shown = FileText.Show(name((i < written.Count ? written : read)[i]));
                throw new FormatException($"its {kind} '{shown}' is not as its metadata describe");
            }
        }
    }
}
