using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Byol.MLTorchSharp.Tests;

/// <summary>That nothing but five members stands between Microsoft.ML.TorchSharp and today's TorchSharp.</summary>
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

    [TestMethod]
    public void ObjectDetectionFitsFromWeightsThatAreThere()
    {
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext(1) { TempFilePath = folder.Path };
        Directory.CreateDirectory(folder["mlnet"]);
        using (var network = OtherPackage.CreateDetector(Rewritten))
        {
            network.save(folder["mlnet/autoformer_11m_torchsharp.bin"]);
        }
        var scenes = Scene.Create(mlContext, 2);
        var options = Activator.CreateInstance(
            Rewritten.GetType("Microsoft.ML.TorchSharp.AutoFormerV2.ObjectDetectionTrainer+Options")!)!;
        options.GetType().GetField("MaxEpoch")!.SetValue(options, 1);
        dynamic trainer = Rewritten.GetType("Microsoft.ML.TorchSharp.TorchSharpCatalog")!.GetMethods()
            .Single(method => method.Name == "ObjectDetection" && method.GetParameters().Length == 2)
            .Invoke(null, [mlContext.MulticlassClassification.Trainers, options])!;
        ITransformer model = trainer.Fit(scenes);
        Assert.HasCount(2, model.Transform(scenes).GetColumn<VBuffer<float>>("PredictedBoundingBoxes").ToArray());
    }
}
