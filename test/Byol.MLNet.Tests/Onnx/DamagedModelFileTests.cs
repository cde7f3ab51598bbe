using System.Text.Json.Nodes;
using Byol.MLNet.Encoders;
using Byol.MLNet.Onnx;
using Byol.MLNet.Onnx.Format;
using Google.Protobuf;
using Microsoft.ML;

namespace Byol.MLNet.Tests.Onnx;

/// <summary>
/// Model files that are damaged, or made to do harm: each is refused when it is loaded, in a sentence.
/// </summary>
[TestClass]
public class DamagedModelFileTests
{
    private const string Conv =
        """{"$type":"convolution","Name":"conv","Input":3,"Output":4,"Kernel":3,"Stride":2,"Groups":1}""";
    private const string Norm = """{"$type":"batchnorm","Name":"bn","Channels":4}""";

    private readonly TemporaryFolder _folder = new();

    private string File => _folder["model.onnx"];

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [DataRow("stored_image_size", "0")]
    [DataRow("stored_image_size", "17")]
    [DataRow("stored_image_size", "4096")]
    [DataRow("stored_image_size", "-16")]
    [DataRow("recipe", "")]
    [DataRow("recipe", "null")]
    [DataRow("recipe", "[]")]
    [DataRow("recipe", """{"encoder":null}""")]
    [DataRow("recipe", """{"batchSize":64,"batchSize":64}""")]
    [DataRow("mean", "0.5,0.5")]
    [DataRow("mean", "0.5,0.5,NaN")]
    [DataRow("std", "0.2,0.2,0")]
    [DataRow("std", "0.2,0.2,Infinity")]
    [DataRow("channel_order", "BGR")]
    [DataRow("initialization_seed", "")]
    [DataRow("layers", "")]
    [DataRow("layers", "null")]
    [DataRow("layers", "[]")]
    [DataRow("layers", "[null]")]
    [DataRow("layers", "[" + Conv + ",null]")]
    [DataRow("layers", """[{"$type":"other"}]""")]
    [DataRow("layers", """[{"Name":"conv"}]""")]
    [DataRow("layers", """[{"$type":"convolution"}]""")]
    [DataRow(
        "layers",
        """[{"$type":"convolution","Name":null,"Input":3,"Output":4,"Kernel":3,"Stride":2,"Groups":1}]""")]
    [DataRow(
        "layers",
        """[{"$type":"convolution","Name":"conv","Input":3,"Output":4,"Kernel":3,"Stride":2,"Groups":0}]""")]
    [DataRow(
        "layers",
        """[{"$type":"convolution","Name":"conv","Input":5,"Output":4,"Kernel":3,"Stride":2,"Groups":1}]""")]
    [DataRow(
        "layers",
        """[{"$type":"convolution","Name":"conv","Input":3,"Output":4,"Kernel":4,"Stride":2,"Groups":1}]""")]
    [DataRow(
        "layers",
        """[{"$type":"convolution","Name":"conv","Input":3,"Output":4,"Kernel":2147483647,"Stride":2,"Groups":1}]""")]
    [DataRow(
        "layers",
        """[{"$type":"convolution","Name":"conv","Input":3,"Output":2147483647,"Kernel":3,"Stride":2,"Groups":1}]""")]
    [DataRow(
        "layers",
        """[{"$type":"convolution","Name":"conv","Input":3,"Output":4,"Kernel":3,"Stride":0,"Groups":1}]""")]
    [DataRow("layers", "[" + Conv + "," + Conv + "]")]
    [DataRow("layers", "[" + Conv + """,{"$type":"batchnorm","Name":"bn","Channels":5}]""")]
    [DataRow("layers", "[" + Conv + "," + Norm + """,{"$type":"maxpool","Kernel":2147483647,"Stride":1}]""")]
    [DataRow("layers", "[" + Conv + "," + Norm + """,{"$type":"residual","Name":"r","Branch":null,"Shortcut":[]}]""")]
    [DataRow("layers", "[" + Conv + "," + Norm + """,{"$type":"residual","Name":"r","Branch":[],"Shortcut":[]}]""")]
    [DataRow("layers", "[" + Conv + "," + Norm + """,{"$type":"residual","Name":"r","Branch":[null],"Shortcut":[]}]""")]
    [DataRow(
        "layers",
        "[" + Conv + """,{"$type":"residual","Name":"r","Branch":["""
        + """{"$type":"batchnorm","Name":"bn","Channels":4}],"Shortcut":[]}]""")]
    public void AMetadataEntryOutOfRangeIsRefused(string key, string value) => AssertRefused(
        model => Entry(model, key).Value = value,
        key == "layers" ? "" : key);

    [TestMethod]
    [DataRow("imageSize", "0")]
    [DataRow("imageSize", "7")]
    [DataRow("imageSize", "513")]
    [DataRow("imageSize", "99999999999")]
    [DataRow("width", "1e9")]
    [DataRow("width", "\"NaN\"")]
    [DataRow("width", "0")]
    [DataRow("stem", "7")]
    [DataRow("stem", "\"Other\"")]
    [DataRow("backbone", "\"\"")]
    [DataRow("backbone", "null")]
    [DataRow("normalizeEmbedding", "\"maybe\"")]
    public void ARecipeOutOfRangeIsRefused(string name, string json) =>
        AssertRefused(model => SetRecipe(model, name, json), "byol.recipe");

    [TestMethod]
    public void AnotherBackboneThanTheGraphsIsRefused() =>
        AssertRefused(model => SetRecipe(model, "backbone", "\"resnet18\""), "is missing or of the wrong size");

    [TestMethod]
    public void LayersNestedWithoutEndAreRefused()
    {
        var layers = "";
        for (var i = 0; i < 1000; i++)
        {
            var branch = i == 0 ? """{"$type":"relu"}""" : layers;
            layers = $$"""{"$type":"residual","Name":"r{{i}}","Branch":[{{branch}}],"Shortcut":[]}""";
        }
        AssertRefused(model => Entry(model, "layers").Value = $"[{layers}]", "layers");
    }

    [TestMethod]
    public void AMapThatNoMemoryHoldsIsRefused() => AssertRefused(
        model =>
        {
            SetRecipe(model, "imageSize", "512");
            Entry(model, "stored_image_size").Value = "512";
            Entry(model, "layers").Value =
                """[{"$type":"convolution","Name":"conv","Input":3,"Output":65536,"Kernel":1,"Stride":1,"Groups":1}]""";
        },
        "65536×512×512");

    [TestMethod]
    public void AKeyThatIsTwiceInTheMetadataIsNamed() =>
        AssertRefused(
            model => model.MetadataProps.Add(model.MetadataProps.Single(entry => entry.Key == "byol.mean").Clone()),
            "'byol.mean'");

    [TestMethod]
    public void AGraphOtherThanTheMetadataDescribesIsRefused()
    {
        AssertRefused(model => model.Graph = null, "graph");
        AssertRefused(model => model.Graph.Node.Clear(), "node");
        AssertRefused(model => model.Graph.Node.RemoveAt(0), "node");
        AssertRefused(model => model.Graph.Node[3].Input[0] = "nowhere", "'" + "/encoder/conv" + "'");
        AssertRefused(model => model.Graph.Node[3].Attribute.Clear(), "node");
        AssertRefused(model => model.Graph.Node[3].OpType = "LSTM", "node");
        AssertRefused(model => model.Graph.Input.Clear(), "input");
        AssertRefused(model => model.Graph.Input[0].Name = "other", "input");
        AssertRefused(model => model.Graph.Output.Clear(), "output");
        AssertRefused(model => model.Graph.Output[0].Type = null, "output");
        AssertRefused(model => model.OpsetImport.Clear(), "operator");
        AssertRefused(model => model.OpsetImport[0].Version = 1, "operator");
    }

    [TestMethod]
    public void AnInitializerThatDoesNotFitIsNamed()
    {
        AssertRefused(model => Weight(model).DataType = 7, "'conv.weight'");
        AssertRefused(model => Weight(model).DataType = 99, "'conv.weight'");
        AssertRefused(model => Weight(model).Dims.Clear(), "'conv.weight'");
        AssertRefused(model => Weight(model).Dims[0] = -4, "'conv.weight'");
        AssertRefused(model => Weight(model).RawData = ByteString.Empty, "'conv.weight'");
        AssertRefused(model => Weight(model).Name = "other", "'conv.weight'");
        AssertRefused(
            model => Weight(model).RawData = ByteString.CopyFrom(
                [.. BitConverter.GetBytes(float.NaN), .. Weight(model).RawData.Span[sizeof(float)..]]),
            "the weight 'conv.weight' holds values that are not finite");
        AssertRefused(model => model.Graph.Initializer.Add(Weight(model).Clone()), "'conv.weight'");
        AssertRefused(model => model.Graph.Initializer.Remove(Weight(model)), "'conv.weight'");
        AssertRefused(model => Tensor(model, "front.mean").Dims.Clear(), "'front.mean'");

        static TensorProto Weight(ModelProto model) => Tensor(model, "conv.weight");
    }

    [TestMethod]
    public void AWeightThatChangedIsRefused()
    {
        AssertRefused(Change, "its weights are not those that it was written with");
        // Files of before the digest was written.
        var older = Model();
        older.MetadataProps.Remove(Entry(older, "weights_sha256"));
        Change(older);
        System.IO.File.WriteAllBytes(File, older.ToByteArray());
        Assert.AreEqual(0.25f, FrozenEncoder.Load(File).Weight("conv.weight")[0]);

        static void Change(ModelProto model)
        {
            var tensor = Tensor(model, "conv.weight");
            tensor.RawData = ByteString.CopyFrom(
                [.. BitConverter.GetBytes(0.25f), .. tensor.RawData.Span[sizeof(float)..]]);
        }
    }

    [TestMethod]
    public void ManyEmptyPartsAreRefusedBeforeTheyTakeMemory()
    {
        // Two bytes a node, which would be an object of more than a hundred.
        var nodes = Enumerable.Repeat(new byte[] { 0x0a, 0x00 }, 5_000_000).SelectMany(node => node).ToArray();
        System.IO.File.WriteAllBytes(File, [0x3a, 0x80, 0xad, 0xe2, 0x04, .. nodes]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("beside its weights", Refusal());
        Assert.IsLessThan(2 * nodes.Length, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void FieldsThatTheFormatHereDoesNotKnowAreNotRun()
    {
        // External data (TensorProto.data_location = 1): ONNX Runtime would read another file.
        var model = Model();
        var tensor = model.Graph.Initializer[0];
        model.Graph.Initializer[0] = TensorProto.Parser.ParseFrom([.. tensor.ToByteArray(), 0x70, 0x01]);
        System.IO.File.WriteAllBytes(File, model.ToByteArray());
        CollectionAssert.AreEqual(Model().ToByteArray(), FrozenEncoder.Load(File).ToBytes());
    }

    [TestMethod]
    public void ALayerMayBeNamedLikeTheGraphsOwnValues()
    {
        var mlContext = new MLContext(1);
        var backbone = ByolBackbone.Define("names", encoder => encoder
            .Convolution("conv", 4, 3, stride: 8).Relu().BatchNorm("relu.1").MaxPool(3, 1).BatchNorm("maxpool.2")
            .Convolution("last", 4, 3).BatchNorm("last.touched").Convolution("last.first", 4, 3).BatchNorm("pooled"));
        var metadata = TestMetadata.Of(backbone, 8);
        FrozenEncoder.Freeze(metadata, WeightInitializer.Create(metadata.Architecture.Tensors(), 1)).Save(File);
        var data = mlContext.Data.LoadFromEnumerable(TestPictures.Rows(2));
        var loaded = mlContext.Transforms.LoadByolEmbedding("Features", "Image", File).Fit(data);
        var embeddings = TestPictures.Embeddings(loaded.Transform(data));
        Assert.IsTrue(embeddings.All(row => row.Length == 4 && row.All(float.IsFinite)));
    }

    private static StringStringEntryProto Entry(ModelProto model, string key) =>
        model.MetadataProps.Single(entry => entry.Key == "byol." + key);

    private static void SetRecipe(ModelProto model, string name, string json)
    {
        var recipe = JsonNode.Parse(Entry(model, "recipe").Value)!;
        recipe["encoder"]![name] = JsonNode.Parse(json);
        Entry(model, "recipe").Value = recipe.ToJsonString();
    }

    private static TensorProto Tensor(ModelProto model, string name) =>
        model.Graph.Initializer.Single(tensor => tensor.Name == name);

    private static ModelProto Model()
    {
        var backbone =
            ByolBackbone.Define("own", encoder => encoder.Convolution("conv", 4, 3, stride: 2).BatchNorm("bn").Relu());
        var metadata = TestMetadata.Of(backbone, 16);
        var weights = WeightInitializer.Create(metadata.Architecture.Tensors(), 1);
        return ModelProto.Parser.ParseFrom(FrozenEncoder.Freeze(metadata, weights).ToBytes());
    }

    private void AssertRefused(Action<ModelProto> damage, string named)
    {
        var model = Model();
        damage(model);
        System.IO.File.WriteAllBytes(File, model.ToByteArray());
        Assert.Contains(named, Refusal());
    }

    private string Refusal()
    {
        var transforms = new MLContext(1).Transforms;
        var load = () => transforms.LoadByolEmbedding("Features", "Image", File);
        var message = Assert.ThrowsExactly<InvalidDataException>(() => _ = load()).Message;
        Assert.Contains(File, message);
        return message;
    }
}
