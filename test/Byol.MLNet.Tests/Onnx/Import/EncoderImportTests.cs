using Byol.MLNet.Onnx;
using Byol.MLNet.Onnx.Format;
using Byol.MLNet.Onnx.Import;
using Google.Protobuf;

namespace Byol.MLNet.Tests.Onnx.Import;

/// <summary>Graphs as other programs write them: what is read from them gives what they give.</summary>
[TestClass]
public class EncoderImportTests
{
    private const int Side = 32;

    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];

    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ResNet18WithAClassifierGetsTorchvisionsNames(bool isFolded)
    {
        var path = new ForeignGraph().ResNet([2, 2, 2, 2], 8, isFolded: isFolded).Pool().Gemm(10).Save(_folder);
        RequireSame(path);
        var imported = EncoderImport.Read(path);
        Assert.AreSame(ByolBackbone.ResNet18, imported.Backbone);
        Assert.AreEqual(8 / 64.0, imported.Width);
        Assert.AreEqual(Side, imported.ImageSize);
        Assert.Contains("layer3.0.downsample.0.weight", imported.Weights.Specs.Select(spec => spec.Name));
        Assert.HasCount(1, imported.LeftOut);
        Assert.Contains("(Gemm)", imported.LeftOut[0]);
    }

    [TestMethod]
    public void ResNet50GetsTorchvisionsNames()
    {
        var path = new ForeignGraph().ResNet([3, 4, 6, 3], 8, isBottleneck: true).Pool().Gemm(3).Save(_folder);
        RequireSame(path);
        var imported = EncoderImport.Read(path);
        Assert.AreSame(ByolBackbone.ResNet50, imported.Backbone);
        Assert.Contains("layer4.2.conv3.weight", imported.Weights.Specs.Select(spec => spec.Name));
    }

    [TestMethod]
    public void AnotherNetworkOfTheSameKindsOfLayersIsReadUnderNamesOfItsOwn()
    {
        var path = new ForeignGraph().Conv(16, 5, 2, bias: true).Relu()
            .Sum(branch => branch.Conv(16, 3, groups: 4).Norm(), shortcut => shortcut.Norm()).Relu()
            .Sum(branch => branch.Sum(inner => inner.Conv(16, 1)).Relu().Conv(16, 3)).Node("Identity")
            .Pool().Save(_folder);
        RequireSame(path);
        Assert.AreEqual("main_graph", EncoderImport.Read(path).Backbone.Name);
    }

    [TestMethod]
    public void AnotherEpsilonIsKept()
    {
        var path = new ForeignGraph().Conv(8, 3).Norm(epsilon: 0.1).Relu().Conv(8, 3).Norm(epsilon: 1e-3).Pool()
            .Save(_folder);
        RequireSame(path);
    }

    [TestMethod]
    [DataRow(7, 3L, 3L, 2L, 2L)]
    [DataRow(3, 1L, 1L, 0L, 0L)]
    [DataRow(1, 0L, 0L, 0L, 0L)]
    public void PadsOnOneSideAreThoseOfTheLayers(int kernel, params long[] pads)
    {
        var path = new ForeignGraph().Conv(8, kernel, 2, attributes: GraphWriter.Integers("pads", pads)).Norm().Pool()
            .Save(_folder);
        RequireSame(path);
    }

    [TestMethod]
    [DataRow("SAME_LOWER", 3, 2)]
    [DataRow("SAME_LOWER", 3, 1)]
    [DataRow("SAME_UPPER", 3, 1)]
    [DataRow("SAME_UPPER", 1, 2)]
    [DataRow("VALID", 1, 2)]
    public void AutomaticPadsAreThoseOfTheLayers(string pads, int kernel, int stride)
    {
        var automatic = new AttributeProto
        {
            Name = "auto_pad",
            Type = AttributeProto.Types.AttributeType.String,
            S = ByteString.CopyFromUtf8(pads),
        };
        var path = new ForeignGraph().Conv(8, kernel, stride, attributes: automatic).Norm().Pool()
            .Save(_folder, model => model.Graph.Node[0].Attribute.Remove(
                model.Graph.Node[0].Attribute.Single(attribute => attribute.Name == "pads")));
        RequireSame(path);
    }

    [TestMethod]
    public void AnyMeanOverThePictureIsAnEnd()
    {
        RequireSame(Network().Node("ReduceMean", GraphWriter.Integers("axes", -1, -2)).Save(_folder));
        RequireSame(Network().Node("ReduceMean", GraphWriter.Integers("axes", 2, 3)).Node("Dropout").Save(_folder));
        RequireSame(Network().Node("AveragePool", GraphWriter.Integers("kernel_shape", 8, 8)).Save(_folder));
        RequireSame(Network().Node("GlobalAveragePool").With("Reshape", 1, -1).Save(_folder));
        RequireSame(Network().Node("GlobalAveragePool").With("Squeeze", 2, 3).Save(_folder));
        RequireSame(Network().Pool().Gemm(4).Node("Softmax").Save(_folder));

        static ForeignGraph Network() => new ForeignGraph().Conv(8, 3, 2).Norm().Relu().Conv(12, 3, 2);
    }

    [TestMethod]
    public void AxesThatAreAnInputAreRead()
    {
        // Of operator set 18, beyond the one that the rest is written in.
        var path = new ForeignGraph().Conv(8, 3).Relu().With("ReduceMean", 2, 3)
            .Save(_folder, model => model.OpsetImport[0].Version = 18);
        RequireSame(path);
    }

    [TestMethod]
    public void WeightsThatArePassedOnUnderOtherNamesAreRead()
    {
        var path = new ForeignGraph().Conv(8, 3).Norm().Relu().Conv(8, 3).Norm().Pool().Save(_folder, model =>
        {
            var norm = model.Graph.Node.First(node => node.OpType == "BatchNormalization");
            model.Graph.Node.Insert(0, new NodeProto
            {
                OpType = "Identity",
                Name = "shared",
                Input = { norm.Input[1] },
                Output = { "shared" },
            });
            norm.Input[1] = "shared";
        });
        RequireSame(path);
    }

    [TestMethod]
    public void WeightsThatAreNodesOrListedNumbersAreRead()
    {
        var path = new ForeignGraph().Conv(8, 3).Norm().Pool().Save(_folder, model =>
        {
            var constant = model.Graph.Initializer[0];
            model.Graph.Initializer.RemoveAt(0);
            model.Graph.Node.Insert(0, new NodeProto
            {
                OpType = "Constant",
                Output = { constant.Name },
                Attribute =
                {
                    new AttributeProto
                    {
                        Name = "value",
                        Type = AttributeProto.Types.AttributeType.Tensor,
                        T = constant,
                    },
                },
            });
            var listed = model.Graph.Initializer[0];
            listed.FloatData.AddRange(
                System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(listed.RawData.Span).ToArray());
            listed.RawData = ByteString.Empty;
        });
        RequireSame(path);
    }

    [TestMethod]
    public void FrozenNetworkTakesPicturesTwiceItsSizeWhereTheyAreSmall()
    {
        var small = new ForeignGraph(64).Conv(8, 3).Norm().Pool().Save(_folder);
        Assert.AreEqual(128, PretrainedEncoder.Load(new ByolWeights(small)).Metadata.StoredImageSize);
        var large = new ForeignGraph(300).Conv(8, 3).Norm().Pool().Save(_folder);
        Assert.AreEqual(300, PretrainedEncoder.Load(new ByolWeights(large)).Metadata.StoredImageSize);
    }

    [TestMethod]
    public void FrozenNetworkIsSavedAndLoadedAsAModelOfTheLibrary()
    {
        var path = new ForeignGraph().Conv(8, 3).Norm().Sum(branch => branch.Conv(8, 3)).Relu().Pool().Save(_folder);
        var frozen = PretrainedEncoder.Load(new ByolWeights(path));
        frozen.Save(_folder["own.onnx"]);
        var loaded = FrozenEncoder.Load(_folder["own.onnx"]);
        var picture = NetworkRun.Picture(2 * Side);
        CollectionAssert.AreEqual(NetworkRun.Run(frozen, picture), NetworkRun.Run(loaded, picture));
    }

    private static void RequireSame(string path) => NetworkRun.RequireSame(
        path, (value, channel) => (value / 255 - Mean[channel]) / Deviation[channel]);
}
