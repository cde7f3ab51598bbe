using Microsoft.ML;

namespace Byol.MLNet.Tests.Options;

/// <summary>How a network that was trained before is named.</summary>
[TestClass]
public class WeightsTests
{
    [TestMethod]
    public void EqualAreThoseOfOnePathAndTheSameValues()
    {
        var one = new ByolWeights("a.onnx") { Mean = [0.1f, 0.2f, 0.3f], StandardDeviation = [1, 2, 3] };
        var other = new ByolWeights("a.onnx") { Mean = [0.1f, 0.2f, 0.3f], StandardDeviation = [1, 2, 3] };
        Assert.AreEqual(one, other);
        Assert.AreEqual(one.GetHashCode(), other.GetHashCode());
        Assert.AreNotEqual(one, other with { Mean = [0.1f, 0.2f, 0.4f] });
        Assert.AreNotEqual(one, other with { StandardDeviation = null });
        Assert.AreNotEqual(one, other with { ImageSize = 64 });
        Assert.AreNotEqual(one, other with { ChannelOrder = ByolChannelOrder.Bgr });
        Assert.AreNotEqual<ByolWeights>(one, "b.onnx");
    }

    [TestMethod]
    public void TheImageNetNetworkHasItsNameAtAnySize()
    {
        Assert.AreEqual("imagenet", $"{ByolWeights.ImageNetResNet18 with { ImageSize = 128 }}");
        Assert.AreEqual("other.onnx", $"{new ByolWeights("other.onnx")}");
    }

    [TestMethod]
    public void ItsNameStandsForItWhereAPathIsGiven()
    {
        ByolWeights weights = "ImageNet";
        Assert.AreEqual(ByolWeights.ImageNetResNet18, weights);
        Assert.AreEqual(new ByolWeights("imagenet.onnx"), "imagenet.onnx");
    }

    [TestMethod]
    public void WhatIsMissingIsNamed()
    {
        Assert.Contains("Teacher is empty; it must be given.", Refusal(new() { Teacher = null! }));
        Assert.Contains("Teacher.Path is empty; it must be given.", Refusal(new() { Teacher = new("") }));
        Assert.Contains("Start.Path is empty; it must be given.", Refusal(new() { Start = new(null!) }));
        Assert.Contains(
            "Path is empty; it must be given.",
            Assert.ThrowsExactly<ArgumentException>(
                () => new MLContext().Transforms.LoadByolEmbedding("Features", "Image", "")).Message);
    }

    private static string Refusal(ByolOptions options)
    {
        options.Recipe = ByolRecipe.Taught;
        return Assert.ThrowsExactly<ArgumentException>(options.Validate).Message;
    }
}
