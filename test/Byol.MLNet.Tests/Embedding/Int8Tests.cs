using System.Numerics.Tensors;
using Byol.MLNet.Encoders;
using Byol.MLNet.Onnx;
using Byol.MLNet.Onnx.Format;
using Byol.MLNet.Tests.Onnx;
using Google.Protobuf;
using Microsoft.ML;

namespace Byol.MLNet.Tests.Embedding;

/// <summary>Encoders whose convolutions are int8.</summary>
[TestClass]
public class Int8Tests
{
    // Narrow layers have few numbers to average the rounding over.
    private const double LeastCosine = 0.98;
    private const double LeastOfAnImage = 0.9;

    private readonly MLContext _mlContext = new(seed: 3);
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [DataRow("resnet10", ByolStem.Conv3x3Stride2, 32, 32, 2)]
    [DataRow("resnet18", ByolStem.Standard, 32, 64, 1)]
    [DataRow("resnet50", ByolStem.Conv3x3Stride1, 16, 16, 1)]
    public void EmbeddingsAreNearThoseOfFp32(string backbone, ByolStem stem, int size, int stored, int stages) =>
        AssertNear(TestMetadata.Of(
            ByolBackbone.FindBuiltIn(backbone)!, size, stored, width: 0.25, stem, stages: stages));

    [TestMethod]
    public void LayersOfTheCallersOwnToo() => AssertNear(TestMetadata.Of(
        ByolBackbone.Define("own", encoder => encoder
            .BatchNorm("first")
            .Convolution("alone", 16, kernel: 3)
            .Relu().Relu()
            .MaxPool(kernel: 3, stride: 2)
            .Residual("a", branch => branch
                .Relu()
                .Convolution("depthwise", 16, kernel: 3, groups: 16)
                .BatchNorm("norm")
                .Relu())
            .Residual(
                "b",
                branch => branch.BatchNorm("before").Convolution("pointwise", 24, kernel: 1, stride: 2),
                shortcut => shortcut.Convolution("embedding", 24, kernel: 3, stride: 2).BatchNorm("norm"))
            .Convolution("last", 20, kernel: 3, groups: 4)),
        size: 16));

    [TestMethod]
    [DataRow("layer1.0.bn2", 1e-3f)]
    [DataRow("layer1.0.bn2", 1e-6f)]
    [DataRow("layer1.0.bn2", 0f)]
    [DataRow("bn1", 0f)]
    public void ChannelsThatGiveTheirBiasAloneKeepIt(string norm, float scale)
    {
        var metadata = TestMetadata.Of(ByolBackbone.ResNet10, 16, width: 0.25);
        var initial = WeightInitializer.Create(metadata.Architecture.Tensors(), seed: 9);
        var weights = new NetworkWeights(metadata.Architecture.Tensors(), spec =>
            spec.Name == $"{norm}.weight" ? [.. initial[spec.Name].Select((value, i) => i % 2 == 0 ? scale : value)]
            : spec.Name == $"{norm}.bias" ? [.. initial[spec.Name].Select((_, i) => i % 4 < 2 ? 0.5f : -0.5f)]
            : initial[spec.Name]);
        AssertNear(metadata, weights);
    }

    [TestMethod]
    public void NumbersThatAreNotFiniteAreRefused()
    {
        var metadata = TestMetadata.Of(ByolBackbone.ResNet10, 16, width: 0.25);
        var initial = WeightInitializer.Create(metadata.Architecture.Tensors(), seed: 9);
        var weights = new NetworkWeights(metadata.Architecture.Tensors(), spec =>
            spec.Name == "bn1.weight" ? [.. initial[spec.Name].Select(_ => 3e38f)] : initial[spec.Name]);
        Assert.Contains("int8 cannot hold", Assert.ThrowsExactly<InvalidOperationException>(
            () => AssertNear(metadata, weights)).Message);
    }

    [TestMethod]
    public void TheNextImageIsReadForOneThatCannotBe()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Files(_folder["images"], 511));
        // Every second one, which are those that would be read.
        for (var i = 0; i < 511; i += 2)
        {
            File.WriteAllText(Directory.GetFiles(_folder["images"], $"*_{i}.png").Single(), "no image");
        }
        var model = Load(TestMetadata.Of(ByolBackbone.ResNet10, 16, width: 0.25), data);
        AssertNear(
            TestPictures.Embeddings(model.Transform(Readable())),
            TestPictures.Embeddings(model.ToInt8(data).Transform(Readable())));

        IDataView Readable() => _mlContext.Data.LoadFromEnumerable(
            Directory.GetFiles(_folder["images"]).Where(file => new FileInfo(file).Length > 20).Take(20)
                .Select(file => new FileRow { Image = file }));
    }

    [TestMethod]
    public void AFittedEncoderKeepsItsWeightsColumnsAndReport()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(64));
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(data);
        var int8 = model.ToInt8(data);
        Assert.AreEqual("Features", int8.OutputColumnName);
        Assert.AreEqual("Image", int8.InputColumnName);
        Assert.HasCount(model.History.Count, int8.History);
        var embeddings = TestPictures.Embeddings(int8.Transform(data));
        AssertNear(TestPictures.Embeddings(model.Transform(data)), embeddings);

        model.SaveWeights(_folder["weights"]);
        int8.SaveWeights(_folder["same"]);
        CollectionAssert.AreEqual(File.ReadAllBytes(_folder["weights"]), File.ReadAllBytes(_folder["same"]));
        AssertSame(
            TestPictures.Embeddings(model.Untrained().Fit(data).Transform(data)),
            TestPictures.Embeddings(int8.Untrained().Fit(data).Transform(data)));

        // What is int8 already is calibrated anew, and images in the same order give the same bytes.
        int8.SaveOnnx(_folder["int8.onnx"]);
        int8.ToInt8(data).SaveOnnx(_folder["again.onnx"]);
        CollectionAssert.AreEqual(File.ReadAllBytes(_folder["int8.onnx"]), File.ReadAllBytes(_folder["again.onnx"]));
    }

    [TestMethod]
    public void ItIsLoadedSavedInAPipelineAndStartedFromLikeAnyOther()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32));
        var int8 = _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(data)
            .ToInt8(data);
        var embeddings = TestPictures.Embeddings(int8.Transform(data));
        int8.SaveOnnx(_folder["int8.onnx"]);
        var loaded = _mlContext.Transforms.LoadByolEmbedding("Features", "Image", _folder["int8.onnx"]).Fit(data);
        AssertSame(embeddings, TestPictures.Embeddings(loaded.Transform(data)));
        _mlContext.Model.Save(int8, data.Schema, _folder["pipeline.zip"]);
        var stock = _mlContext.Model.Load(_folder["pipeline.zip"], out _);
        Assert.IsLessThan(
            1e-4, TestPictures.LargestDifference(embeddings, TestPictures.Embeddings(stock.Transform(data))));

        var options = TestPictures.TinyRecipe();
        options.Start = _folder["int8.onnx"];
        var trained = _mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(data);
        AssertFinite(TestPictures.Embeddings(trained.Transform(data)));
    }

    [TestMethod]
    public void AFileOfOtherRoundingOrArithmeticIsRefused()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(16));
        var int8 = Load(TestMetadata.Of(ByolBackbone.ResNet10, 16, width: 0.25), data).ToInt8(data);
        AssertRefused("weights", model => model.Graph.Initializer
            .Single(tensor => tensor.Name == QuantizedNodes.Scale("/normalized")).RawData = Bytes(0.5f));
        AssertRefused("finite", model => model.Graph.Initializer
            .Single(tensor => tensor.Name == QuantizedNodes.Zero("/normalized")).RawData = Bytes(float.NaN));
        AssertRefused("out of range", model => model.Graph.Initializer
            .Single(tensor => tensor.Name == QuantizedNodes.Zero("/normalized")).RawData = Bytes(300));
        AssertRefused("out of range", model => model.Graph.Initializer
            .Single(tensor => tensor.Name == QuantizedNodes.Scale("/normalized")).RawData = Bytes(0));
        AssertRefused("byol.arithmetic", model => Arithmetic(model).Value = "int4");
        AssertRefused("initializer", model => model.MetadataProps.Remove(Arithmetic(model)));

        void AssertRefused(string named, Action<ModelProto> damage)
        {
            var model = ModelProto.Parser.ParseFrom(int8.Encoder.ToBytes());
            damage(model);
            File.WriteAllBytes(_folder["damaged.onnx"], model.ToByteArray());
            Assert.Contains(
                named,
                Assert.ThrowsExactly<InvalidDataException>(() => FrozenEncoder.Load(_folder["damaged.onnx"])).Message);
        }

        static ByteString Bytes(float number) => ByteString.CopyFrom(BitConverter.GetBytes(number));

        static StringStringEntryProto Arithmetic(ModelProto model) =>
            model.MetadataProps.Single(entry => entry.Key == "byol.arithmetic");
    }

    [TestMethod]
    public void ImagesThatCannotBeReadAreLeftOutAndNoneAtAllIsAnError()
    {
        var files = TestPictures.Files(_folder["images"], 12);
        var data = _mlContext.Data.LoadFromEnumerable(files);
        var model = Load(TestMetadata.Of(ByolBackbone.ResNet10, 16, width: 0.25), data);
        File.WriteAllText(files[3].Image, "no image");
        AssertFinite(TestPictures.Embeddings(model.ToInt8(data).Transform(
            _mlContext.Data.LoadFromEnumerable(files[..3]))));
        foreach (var file in files)
        {
            File.Delete(file.Image);
        }
        Assert.Contains(
            "'Image'", Assert.ThrowsExactly<InvalidOperationException>(() => model.ToInt8(data)).Message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => model.ToInt8(_mlContext.Data.LoadFromEnumerable(new[] { new { Other = 1f } })));
    }

    [TestMethod]
    public void ImagesAllOverTheDataDecide()
    {
        // In the first thousand rows all is black.
        PictureRow[] rows = [.. TestPictures.Black(1000), .. TestPictures.Rows(1000)];
        var model = Load(
            TestMetadata.Of(ByolBackbone.ResNet10, 16, width: 0.25), _mlContext.Data.LoadFromEnumerable(rows));
        var some = _mlContext.Data.LoadFromEnumerable(rows[^20..]);
        AssertNear(
            TestPictures.Embeddings(model.Transform(some)),
            TestPictures.Embeddings(model.ToInt8(_mlContext.Data.LoadFromEnumerable(rows)).Transform(some)));
    }

    private void AssertNear(EncoderMetadata metadata) =>
        AssertNear(metadata, WeightInitializer.Create(metadata.Architecture.Tensors(), seed: 9));

    private void AssertNear(EncoderMetadata metadata, NetworkWeights weights)
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(40, side: metadata.StoredImageSize));
        var model = Load(metadata, data, weights);
        var int8 = model.ToInt8(data);
        Assert.IsTrue(int8.Encoder.Metadata.IsInt8);
        AssertNear(
            TestPictures.Embeddings(model.Transform(data)), TestPictures.Embeddings(int8.Transform(data)));
    }

    private ByolEmbeddingTransformer Load(EncoderMetadata metadata, IDataView data, NetworkWeights? weights = null)
    {
        weights ??= WeightInitializer.Create(metadata.Architecture.Tensors(), seed: 9);
        FrozenEncoder.Freeze(metadata, weights).Save(_folder["model.onnx"]);
        return _mlContext.Transforms.LoadByolEmbedding("Features", "Image", _folder["model.onnx"]).Fit(data);
    }

    private static void AssertNear(float[][] expected, float[][] actual)
    {
        Assert.IsGreaterThan(0, TestPictures.LargestDifference(expected, actual), "Nothing was rounded.");
        double[] cosines =
            [.. expected.Zip(actual, (one, other) => TensorPrimitives.CosineSimilarity<float>(one, other))];
        Assert.IsGreaterThan(LeastCosine, cosines.Average());
        Assert.IsGreaterThan(LeastOfAnImage, cosines.Min());
    }

    private static void AssertSame(float[][] expected, float[][] actual) =>
        Assert.AreEqual(0, TestPictures.LargestDifference(expected, actual));

    private static void AssertFinite(float[][] embeddings) =>
        Assert.IsTrue(embeddings.All(row => row.All(float.IsFinite)));
}
