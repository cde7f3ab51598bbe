using System.Reflection;
using static TorchSharp.torch;

namespace Byol.MLTorchSharp.Tests;

/// <summary>
/// That nothing but five members stands between Microsoft.ML.TorchSharp's networks and today's TorchSharp. A whole fit
/// of its ObjectDetection is not tried here: it ended the process inside libtorch in two of five tries.
/// </summary>
[TestClass]
public class RewrittenPackageTests
{
    private static readonly Assembly Rewritten = RewrittenPackage.Load();

    [TestMethod]
    public void NetworksRunForwardsAndBackwards()
    {
        using var scope = NewDisposeScope();
        var (classes, boxes, _) = OtherPackage.CreateDetector(Rewritten).forward(rand(1, 3, 64, 64));
        Assert.IsTrue(classes.isfinite().all().item<bool>() && boxes.isfinite().all().item<bool>());
        (classes.mean() + boxes.mean()).backward();

        var tagger = OtherPackage.CreateTagger(Rewritten);
        var tags = tagger.forward(tensor(new long[] { 0, 5, 7, 9 }).unsqueeze(0), zeros(1));
        CollectionAssert.AreEqual(new long[] { 1, 4, 3 }, tags.shape);
        tags.sum().backward();
        Assert.IsTrue(OtherPackage.LinearLayers(tagger).All(layer => layer.weight!.grad is not null));
    }
}
