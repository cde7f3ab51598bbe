using Byol.MLNet.Onnx.Import;

namespace Byol.MLNet.Tests.Onnx.Import;

/// <summary>What other programs' graphs do to their pictures before their layers.</summary>
[TestClass]
public class GraphFrontTests
{
    private const int Side = 32;

    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];

    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    public void NormalizationOfBytesIsTheFiles()
    {
        var path = new ForeignGraph()
            .With("Sub", [1, 3, 1, 1], [.. Mean.Select(mean => 255 * mean)])
            .With("Div", [1, 3, 1, 1], [.. Deviation.Select(deviation => 255 * deviation)])
            .Conv(8, 3).Norm().Pool().Save(_folder);
        NetworkRun.RequireSame(path, (value, _) => value);
        AssertNear(Mean, EncoderImport.Read(path).Normalization!.Mean);
    }

    [TestMethod]
    public void NormalizationOfBytesWithoutAMeanIsTheFiles()
    {
        var path = new ForeignGraph().With("Div", [], 255).Conv(8, 3).Norm().Pool().Save(_folder);
        NetworkRun.RequireSame(path, (value, _) => value);
    }

    [TestMethod]
    public void NormalizationOfValuesUpToOneIsTheFiles()
    {
        var path = new ForeignGraph()
            .With("Sub", [3, 1, 1], Mean).With("Mul", [3, 1, 1], [.. Deviation.Select(value => 1 / value)])
            .Conv(8, 3).Norm().Pool().Save(_folder);
        NetworkRun.RequireSame(path, (value, _) => value / 255);
        AssertNear(Deviation, EncoderImport.Read(path).Normalization!.StandardDeviation);
    }

    [TestMethod]
    public void OperationsWithTheConstantFirstAreRead()
    {
        var graph = new ForeignGraph();
        graph.Node("Mul", [graph.Tensor([1], 0, around: 2), graph.Current]);
        graph.Node("Add", [graph.Tensor([1], 0, around: -1), graph.Current]);
        var path = graph.Conv(8, 3).Norm().Pool().Save(_folder);
        NetworkRun.RequireSame(path, (value, _) => value / 255);
        AssertNear([0.5f, 0.5f, 0.5f], EncoderImport.Read(path).Normalization!.Mean);
    }

    [TestMethod]
    public void NetworkForBlueGreenRedIsReadAsOneForRedGreenBlue()
    {
        float[] means = [103, 116, 123];
        var path = new ForeignGraph().With("Sub", [1, 3, 1, 1], means).Norm().Conv(8, 3).Norm().Relu().Conv(8, 3)
            .Pool().Save(_folder);
        var picture = NetworkRun.Picture(Side);
        var expected = NetworkRun.Run(path, NetworkRun.Reverse(NetworkRun.Input(picture, (value, _) => value)));
        var weights = new ByolWeights(path) { ChannelOrder = ByolChannelOrder.Bgr };
        Assert.IsLessThan(
            NetworkRun.Tolerance, NetworkRun.RelativeDifference(expected, NetworkRun.RunImported(weights, picture)));
        AssertNear([.. means.Reverse().Select(mean => mean / 255)], PretrainedEncoder.Read(weights).Normalization.Mean);
    }

    [TestMethod]
    public void DescriptionGoesBeforeTheFile()
    {
        var path = new ForeignGraph().With("Sub", [1], 0.5f).Conv(8, 3).Norm().Pool().Save(_folder);
        var encoder = PretrainedEncoder.Read(new ByolWeights(path)
        {
            ImageSize = 48,
            Mean = [0.1f, 0.2f, 0.3f],
        });
        Assert.AreEqual(48, encoder.ImageSize);
        CollectionAssert.AreEqual(new[] { 0.1f, 0.2f, 0.3f }, encoder.Normalization.Mean);
        AssertNear([1, 1, 1], encoder.Normalization.StandardDeviation);
    }

    private static void AssertNear(float[] expected, float[] actual)
    {
        foreach (var (one, other) in expected.Zip(actual))
        {
            Assert.AreEqual(one, other, 1e-5f);
        }
    }
}
