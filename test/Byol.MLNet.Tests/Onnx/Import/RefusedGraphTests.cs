using Byol.MLNet.Onnx;
using Byol.MLNet.Onnx.Format;
using Byol.MLNet.Onnx.Import;
using Google.Protobuf;
using Microsoft.ML;

namespace Byol.MLNet.Tests.Onnx.Import;

/// <summary>Graphs that are none of an encoder here, and damaged files: each is refused in a sentence that names the
/// file and the node.</summary>
[TestClass]
public class RefusedGraphTests
{
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    public void NodesThatNoLayerIsAreNamed()
    {
        Refused("'Mul_4' (Mul) is none", Network(network =>
        {
            var value = network.Current;
            network.Node("Sigmoid");
            network.Node("Mul", [value, network.Current]);
        }));
        Refused("(Sigmoid)", Network(network => network.Node("Sigmoid")));
        Refused("(Concat)", Network(network =>
        {
            var value = network.Current;
            network.Relu();
            network.Node("Concat", [value, network.Current], GraphWriter.Integer("axis", 1));
        }));
        Refused("(LeakyRelu)", Network(network => network.Node("LeakyRelu")));
        Refused("(Clip)", Network(network => network.Node("Clip")));
    }

    [TestMethod]
    public void WindowsThatNoLayerHasAreNamed()
    {
        Refused("odd window", Network(network => network.Conv(8, 2)), "(Conv)");
        Refused("odd window", Network(network => network.MaxPool(2)), "(MaxPool)");
        Refused(
            "dilated",
            Network(network => network.Conv(8, 3, attributes: GraphWriter.Integers("dilations", 2, 2))),
            "(Conv)");
        Refused(
            "its strides differ",
            Network(network => network.Conv(8, 3, attributes: GraphWriter.Integers("strides", 2, 1))),
            "(Conv)");
        Refused(
            "padded by half",
            Network(network => network.Conv(8, 3, attributes: GraphWriter.Integers("pads", 0, 0, 1, 1))),
            "(Conv)");
        Refused(
            "padded by half",
            Network(network => network.Conv(8, 1, 2, attributes: GraphWriter.Integers("pads", 0, 0, -1, -1))),
            "(Conv)");
    }

    [TestMethod]
    public void SumsThatAreNoBlocksAreNamed()
    {
        Refused("it adds a constant", Network(network => network.With("Add", [1], 1)), "(Add)");
        Refused("it adds a value to itself", Network(network => network.Sum(_ => { })), "(Add)");
        // A value used three ways: by the sum after it, which the next layer takes, and by the sum after that.
        Refused("'Conv_4' (Conv): its output goes two ways", Network(network =>
        {
            var first = network.Current;
            network.Conv(8, 3);
            var second = network.Current;
            network.Node("Add", [first, second]).Conv(8, 3);
            network.Node("Add", [network.Current, second]);
        }));
        Refused("do not part at one value", ThroughBesideTheFront(), "(Add)");
        Refused("blocks lie within blocks", Network(network =>
        {
            var first = network.Current;
            for (var i = 0; i < 20; i++)
            {
                network.Relu();
                network.Node("Add", [network.Current, first]);
            }
        }));
    }

    [TestMethod]
    public void EndsThatAreNoMeanOverThePictureAreNamed()
    {
        Refused("without a mean over the whole picture", Network(_ => { }).Gemm(3), "(Relu)", "(Gemm)");
        Refused("without a mean over the whole picture", Network(_ => { }).Node("Flatten"), "(Flatten)");
        Refused("no mean over the whole picture", Network(_ => { }).Node("ReduceMean"), "(ReduceMean)");
        Refused("no mean over the whole picture", Network(_ => { }).With("ReduceMean", 1), "(ReduceMean)");
        Refused(
            "no mean over the whole picture",
            Network(_ => { }).Node("AveragePool", GraphWriter.Integers("kernel_shape", 2, 2)),
            "(AveragePool)");
        Refused("(GlobalMaxPool)", Network(_ => { }).Node("GlobalMaxPool"));
    }

    [TestMethod]
    public void FrontEndsThatAreNoNormalizationAreNamed()
    {
        Refused("no value for each channel", new ForeignGraph().With("Sub", [1, 1, 1, 2], 1, 2).Conv(8, 3).Pool());
        Refused("no value for each channel", new ForeignGraph().With("Sub", [3], 1, 2, 3).Conv(8, 3).Pool());
        Refused("no normalisation", new ForeignGraph().With("Mul", [1], 0).Conv(8, 3).Pool(), "(Mul)");
        Refused("no normalisation", new ForeignGraph().With("Mul", [1], -1).Conv(8, 3).Pool(), "(Mul)");
    }

    [TestMethod]
    public void GraphsThatDoNotHoldTogetherAreRefused()
    {
        Refused("'tensor_0' is neither in the file", Change(graph => graph.Initializer.RemoveAt(0)), "(Conv)");
        Refused("has 2 inputs", Change(graph => graph.Input.Add(new ValueInfoProto { Name = "mask" })));
        Refused("is there twice", Change(graph => graph.Initializer.Add(graph.Initializer[0])));
        Refused("has no output", Change(graph => graph.Output.Clear()));
        Refused("not N×3×S×S", Change(graph => graph.Input[0].Type.TensorType.Shape.Dim[1].DimValue = 1));
        Refused(
            "neither in the file nor made by a node before it",
            Change(graph => graph.Node[0].Input[0] = graph.Node[^1].Output[0]));
        Refused("are the most that are read", Change(graph =>
        {
            for (var i = 0; i < 6000; i++)
            {
                graph.Node.Add(new NodeProto { OpType = "Relu", Input = { "input" }, Output = { $"more{i}" } });
            }
        }));
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    public void WeightsThatAreNotFiniteAreRefused(float value) => Refused(
        "the tensor 'tensor_0' holds values that are not finite",
        Change(graph =>
        {
            var weights = graph.Initializer[0];
            weights.RawData = ByteString.CopyFrom(
                [.. BitConverter.GetBytes(value), .. weights.RawData.Span[sizeof(float)..]]);
        }));

    [TestMethod]
    public void DamagedWeightsAreRefused()
    {
        Refused("as many fp32 values", Change(graph => graph.Initializer[0].RawData = ByteString.CopyFrom(1, 2, 3, 4)));
        Refused("as many fp32 values", Change(graph => graph.Initializer[0].RawData = ByteString.Empty));
        Refused("as many fp32 values", Change(graph => graph.Initializer[0].DataType = 10));
        Refused("as many fp32 values", Change(graph => graph.Initializer[0].Dims[0] = -1));
        Refused("as many fp32 values", Change(graph => graph.Initializer[1].Dims[0] = long.MaxValue));
        Refused("differ in number", Change(graph =>
        {
            graph.Initializer[2].Dims[0] = 4;
            graph.Initializer[2].RawData = ByteString.CopyFrom(new byte[16]);
        }));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(30)]
    [DataRow(60)]
    [DataRow(90)]
    [DataRow(99)]
    public void FilesThatAreCutOffAreRefused(int percent)
    {
        var path = Network(_ => { }).Pool().Save(_folder);
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length * percent / 100)]);
        RequireRefused(path);
    }

    [TestMethod]
    public void SizesThatNoEncoderHasAreRefused()
    {
        var path = new ForeignGraph(1000).Conv(8, 3).Norm().Pool().Save(_folder);
        Assert.Contains("ImageSize is 1000", RequireRefused(path));
    }

    [TestMethod]
    public void ChannelsThatAreKeptApartCannotBeReversed()
    {
        var path = new ForeignGraph().Conv(3, 3, groups: 3).Norm().Pool().Save(_folder);
        var weights = new ByolWeights(path) { ChannelOrder = ByolChannelOrder.Bgr };
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => PretrainedEncoder.Read(weights));
        Assert.Contains("cannot be put into another order", exception.Message);
    }

    // A chain that takes the picture before it is normalised, and one that takes it after.
    private static ForeignGraph ThroughBesideTheFront()
    {
        var network = new ForeignGraph();
        var picture = network.Current;
        var first = network.With("Sub", [1], 0.5f).Conv(8, 3).Current;
        (network.Current, network.Channels) = (picture, 3);
        network.Conv(8, 3);
        return network.Node("Add", [first, network.Current]);
    }

    private static ForeignGraph Network(Action<ForeignGraph> middle)
    {
        var graph = new ForeignGraph().Conv(8, 3).Relu();
        middle(graph);
        return graph.Relu();
    }

    private string Change(Action<GraphProto> change) =>
        new ForeignGraph().Conv(8, 3).Norm().Relu().Pool().Save(_folder, model => change(model.Graph));

    private void Refused(string reason, ForeignGraph graph, params string[] nodes) =>
        Refused(reason, graph.Save(_folder), nodes);

    private static void Refused(string reason, string path, params string[] nodes)
    {
        var message = RequireRefused(path);
        foreach (var part in nodes.Prepend(reason))
        {
            Assert.Contains(part, message);
        }
    }

    private static string RequireRefused(string path)
    {
        var exception = Assert.ThrowsExactly<InvalidDataException>(
            () => new MLContext().Transforms.LoadByolEmbedding("Embedding", "Image", path));
        Assert.Contains(path, exception.Message);
        return exception.Message;
    }
}
