using Byol.MLNet.Encoders;
using Byol.MLNet.Pretraining.Methods.Byol;
using static TorchSharp.torch;

namespace Byol.MLNet.Tests.Golden;

[TestClass]
public class GoldenFeatureTests
{
    [TestMethod]
    [DataRow("resnet18", ByolStem.Standard, 32, "features/resnet18/standard-stem/32")]
    [DataRow("resnet18", ByolStem.Conv3x3Stride1, 32, "features/resnet18/small-stem/32")]
    [DataRow("resnet18", ByolStem.Standard, 64, "features/resnet18/standard-stem/64")]
    [DataRow("resnet34", ByolStem.Standard, 32, "features/resnet34/standard-stem/32")]
    [DataRow("resnet50", ByolStem.Standard, 32, "features/resnet50/standard-stem/32")]
    public void EncoderGivesTorchvisionsFeatures(string backbone, ByolStem stem, int size, string name)
    {
        using var scope = NewDisposeScope();
        var architecture = new EncoderArchitecture(ByolBackbone.FindBuiltIn(backbone)!, stem, 1);
        using var network = new ByolNetwork(
            architecture,
            [size],
            new ByolHeadRecipe { ProjectorHiddenSize = 8, ProjectorOutputSize = 8, PredictorHiddenSize = 8 },
            float32,
            CPU);
        network.Load(GoldenNetwork.Online(network));

        var images = tensor(GoldenValues.UnitFloats(4L * 3 * size * size, 7), [4, 3, size, size]);
        var features = network.Embed(images);

        var expected = GoldenValues.Root.GetProperty(name);
        for (var image = 0; image < 4; image++)
        {
            var values = features[image].data<float>().ToArray();
            var row = expected[image];
            AssertClose(row.GetProperty("sum").GetDouble(), values.Sum(value => (double)value));
            AssertClose(row.GetProperty("l2").GetDouble(), Math.Sqrt(values.Sum(value => (double)value * value)));
            for (var i = 0; i < 6; i++)
            {
                AssertClose(row.GetProperty("head")[i].GetDouble(), values[i]);
            }
        }
    }

    private static void AssertClose(double expected, double actual) =>
        Assert.AreEqual(expected, actual, 1e-3 * Math.Abs(expected) + 1e-3);
}
