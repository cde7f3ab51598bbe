using Byol.MLNet.Embedding;
using Byol.MLNet.Encoders;
using Byol.MLNet.Onnx;
using Byol.MLNet.Pretraining.Methods.Byol;
using Microsoft.ML;
using static TorchSharp.torch;

namespace Byol.MLNet.Tests.Onnx;

[TestClass]
public class FrozenEncoderTests
{
    [TestMethod]
    [DataRow("resnet18", ByolStem.Standard, 1.0, 32, 32)]
    [DataRow("resnet10", ByolStem.Conv3x3Stride2, 0.5, 32, 32)]
    [DataRow("resnet18", ByolStem.Conv3x3Stride2, 0.25, 32, 32)]
    [DataRow("resnet18", ByolStem.Conv3x3Stride1, 0.125, 16, 64)]
    [DataRow("resnet34", ByolStem.Conv3x3Stride2, 0.125, 16, 16)]
    [DataRow("resnet50", ByolStem.Conv3x3Stride2, 0.25, 32, 32)]
    public void GraphGivesTheOnlineEncodersEvaluationOutput(
        string backbone, ByolStem stem, double width, int size, int stored)
    {
        var embeddings = EmbedAsTheOnlineEncoder(
            TestMetadata.Of(ByolBackbone.FindBuiltIn(backbone)!, size, stored, width, stem));
        Assert.HasCount(3, embeddings);
    }

    [TestMethod]
    [DataRow("resnet10", ByolStem.Conv3x3Stride2, 2, 64 + 32)]
    [DataRow("resnet18", ByolStem.Standard, 3, 64 + 32 + 16)]
    [DataRow("resnet18", ByolStem.Conv3x3Stride1, 4, 64 + 32 + 16 + 8)]
    public void SeveralStagesOneAfterTheOtherEndWithTheLast(
        string backbone, ByolStem stem, int stages, int dimension)
    {
        var last = Embed(1);
        var several = Embed(stages);
        foreach (var (row, end) in several.Zip(last))
        {
            Assert.HasCount(dimension, row);
            Assert.IsLessThan(1e-5, TestPictures.LargestDifference([end], [row[^end.Length..]]));
        }

        float[][] Embed(int count) => EmbedAsTheOnlineEncoder(
            TestMetadata.Of(ByolBackbone.FindBuiltIn(backbone)!, 32, 64, 0.125, stem, stages: count));
    }

    [TestMethod]
    public void FileKeepsMetadataAndUntrainedWeights()
    {
        using var folder = new TemporaryFolder();
        var metadata = Metadata(ByolStem.Conv3x3Stride2, 0.125, 16, 32);
        var specs = metadata.Architecture.Tensors();
        var frozen = FrozenEncoder.Freeze(metadata, WeightInitializer.Create(specs, 99));
        frozen.Save(folder["model.onnx"]);
        var loaded = FrozenEncoder.Load(folder["model.onnx"]);
        CollectionAssert.AreEqual(metadata.Entries("").ToArray(), loaded.Metadata.Entries("").ToArray());
        CollectionAssert.AreEqual(frozen.Weight("conv1.weight"), loaded.Weight("conv1.weight"));

        // The untrained row starts from the very weights that training would.
        using var network = new ByolNetwork(metadata.Architecture, [metadata.ImageSize], SmallHeads, float32, CPU);
        network.Load(WeightInitializer.Create(network.Online.Specs, metadata.InitializationSeed));
        CollectionAssert.AreEqual(
            network.ExportEncoder()["layer4.1.conv2.weight"], loaded.Untrained().Weight("layer4.1.conv2.weight"));
    }

    [TestMethod]
    public void FormatVersionsAreThosePromised()
    {
        var model = Format(
            FrozenEncoder.Freeze(
                Metadata(ByolStem.Standard, 0.125, 16, 16),
                WeightInitializer.Create(
                    new EncoderArchitecture(ByolBackbone.ResNet18, ByolStem.Standard, 0.125).Tensors(), 1)));
        Assert.AreEqual(8, model.IrVersion);
        Assert.AreEqual(17, model.OpsetImport.Single().Version);

        static MLNet.Onnx.Format.ModelProto Format(FrozenEncoder encoder) =>
            MLNet.Onnx.Format.ModelProto.Parser.ParseFrom(encoder.ToBytes());
    }

    [TestMethod]
    [DataRow("not a model at all")]
    [DataRow("")]
    public void ForeignFileIsNamed(string content)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["other.onnx"], content);
        Assert.Contains(
            "other.onnx",
            Assert.ThrowsExactly<InvalidDataException>(() => FrozenEncoder.Load(folder["other.onnx"])).Message);
    }

    [TestMethod]
    public void DamagedFileIsNamed()
    {
        using var folder = new TemporaryFolder();
        var metadata = Metadata(ByolStem.Conv3x3Stride2, 0.125, 16, 16);
        FrozenEncoder.Freeze(metadata, WeightInitializer.Create(metadata.Architecture.Tensors(), 1))
            .Save(folder["model.onnx"]);
        var bytes = File.ReadAllBytes(folder["model.onnx"]);
        foreach (var length in new[] { bytes.Length / 2, bytes.Length - 1, 100 })
        {
            File.WriteAllBytes(folder["cut.onnx"], bytes[..length]);
            Assert.Contains(
                "cut.onnx",
                Assert.ThrowsExactly<InvalidDataException>(() => FrozenEncoder.Load(folder["cut.onnx"])).Message);
        }
        Assert.ThrowsExactly<FileNotFoundException>(() => FrozenEncoder.Load(folder["none.onnx"]));
    }

    [TestMethod]
    public void UnwritablePlaceIsNamedAndLeavesNothing()
    {
        using var folder = new TemporaryFolder();
        var metadata = Metadata(ByolStem.Conv3x3Stride2, 0.125, 16, 16);
        var frozen = FrozenEncoder.Freeze(metadata, WeightInitializer.Create(metadata.Architecture.Tensors(), 1));
        Assert.Contains(
            "missing", Assert.ThrowsExactly<IOException>(() => frozen.Save(folder["missing/model.onnx"])).Message);
        Directory.CreateDirectory(folder["taken"]);
        Assert.ThrowsExactly<IOException>(() => frozen.Save(folder["taken"]));
        Assert.IsEmpty(Directory.GetFiles(folder.Path));
    }

    /// <summary>Three images' embeddings out of the graph, held to what the network gives in evaluation mode.</summary>
    internal static float[][] EmbedAsTheOnlineEncoder(EncoderMetadata metadata)
    {
        using var scope = NewDisposeScope();
        var (size, stored) = (metadata.ImageSize, metadata.StoredImageSize);
        using var network = new ByolNetwork(metadata.Architecture, [size], SmallHeads, float32, CPU);
        network.Load(Golden.GoldenNetwork.Online(network));

        byte[][] images =
            [.. Enumerable.Range(0, 3)
                .Select(
                    i => Golden.GoldenValues.Unit(3 * stored * stored, 30 + i)
                        .Select(value => (byte)((value + 1) * 127.5))
                        .ToArray())];
        var actual = new BatchEmbedder(
            new MLContext().Transforms, FrozenEncoder.Freeze(metadata, network.ExportEncoder())).Embed(images);

        var pixels = tensor(
            images.SelectMany(image => image).Select(value => value / 255f).ToArray(), [3, 3, stored, stored]);
        pixels = nn.functional.adaptive_avg_pool2d(pixels, size);
        var mean = tensor(new[] { 0.485f, 0.456f, 0.406f }, [3, 1, 1]);
        var deviation = tensor(new[] { 0.229f, 0.224f, 0.225f }, [3, 1, 1]);
        var expected = network.Embed((pixels - mean) / deviation);
        for (var i = 0; i < 3; i++)
        {
            var row = expected[i].data<float>().ToArray();
            Assert.HasCount(row.Length, actual[i]);
            for (var j = 0; j < row.Length; j++)
            {
                Assert.AreEqual(row[j], actual[i][j], 1e-4 * (1 + Math.Abs(row[j])));
            }
        }
        return actual;
    }

    private static EncoderMetadata Metadata(ByolStem stem, double width, int size, int stored) =>
        TestMetadata.Of(ByolBackbone.ResNet18, size, stored, width, stem);

    private static ByolHeadRecipe SmallHeads { get; } =
        new() { ProjectorHiddenSize = 8, ProjectorOutputSize = 8, PredictorHiddenSize = 8 };
}
