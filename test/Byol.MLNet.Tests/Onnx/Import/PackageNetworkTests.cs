using System.Numerics.Tensors;
using Byol.MLNet.Encoders;
using Byol.MLNet.Onnx.Import;

namespace Byol.MLNet.Tests.Onnx.Import;

/// <summary>The ImageNet network of the package, as its own files and as this library's layers.</summary>
[TestClass]
public class PackageNetworkTests
{
    private const int Side = 224;

    // Blue, green, red: the means over the package's mean image.
    private static readonly float[] ChannelMeans = [103.06f, 115.90f, 123.15f];

    public TestContext TestContext { get; set; } = null!;

    private static string Network => ByolWeights.ImageNetResNet18.Path;

    private static string Preprocess =>
        Path.Combine(AppContext.BaseDirectory, "DnnImageModels", "ResNetPrepOnnx", "ResNetPreprocess.onnx");

    [TestMethod]
    public void FrozenNetworkGivesWhatThePackagesGives()
    {
        var picture = NetworkRun.Picture(Side);
        var frozen = PretrainedEncoder.Read(ByolWeights.ImageNetResNet18).Freeze(Side, Side);
        var embedding = NetworkRun.Run(frozen, picture);
        var centred = NetworkRun.Input(picture, (value, channel) => value - ChannelMeans[2 - channel]);
        var own = NetworkRun.Run(Network, NetworkRun.Reverse(centred));
        Assert.IsLessThan(1e-3, NetworkRun.RelativeDifference(own, embedding));

        var preprocessed = NetworkRun.Run(Preprocess, NetworkRun.Input(picture, (value, _) => value));
        var withMeanImage = NetworkRun.Run(Network, preprocessed);
        var cosine = TensorPrimitives.CosineSimilarity<float>(withMeanImage, embedding);
        TestContext.WriteLine(
            $"Cosine of the features with the mean image's channel means and with the mean image: {cosine:F5}");
        Assert.IsGreaterThan(0.99f, cosine);
    }

    [TestMethod]
    [DataRow(null, 224)]
    [DataRow(500, 224)]
    [DataRow(70, 192)]
    [DataRow(32, 96)]
    [DataRow(8, 64)]
    public void SmallPicturesAreShownAtThreeTimesTheirOwnSizeAtMost(int? pictureSide, int expected) =>
        Assert.AreEqual(expected, PretrainedEncoder.ShownSize(Side, pictureSide));

    [TestMethod]
    public void NetworkIsRecognisedAsAResNetWithTorchvisionsNames()
    {
        var encoder = PretrainedEncoder.Read(ByolWeights.ImageNetResNet18);
        var imported = encoder.Imported;
        Assert.AreEqual("resnet-2-2-2-3", imported.Backbone.Name);
        Assert.AreEqual(ByolStem.Standard, imported.Stem);
        Assert.AreEqual(1.0, imported.Width);
        Assert.AreEqual(Side, encoder.ImageSize);
        var architecture = new EncoderArchitecture(imported.Backbone, imported.Stem, imported.Width);
        Assert.AreEqual(512, architecture.EmbeddingDimension);
        string[] names = [.. imported.Weights.Specs.Select(spec => spec.Name)];
        Assert.AreEqual("conv1.weight", names[0]);
        CollectionAssert.Contains(names, "layer4.2.bn2.running_var");
        CollectionAssert.Contains(names, "layer2.0.downsample.1.weight");
        Assert.AreEqual(22, imported.Weights.Specs.Count(spec => spec.Shape.Length == 4));
    }
}
