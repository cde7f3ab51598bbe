using Byol.MLNet.Tests;
using Microsoft.ML;
using Microsoft.ML.TorchSharp;
using Mono.Cecil;
using static TorchSharp.torch;

namespace Byol.MLTorchSharp.Tests;

/// <summary>
/// What Microsoft.ML.TorchSharp 0.23.1 cannot do on the TorchSharp that this library needs. A test that fails here says
/// that the package works better than the documentation claims: change both.
/// </summary>
[TestClass]
public class DefectTests
{
    [TestMethod]
    public void OneMemberOfTorchSharpIsMissingUntilThePackageIsRebuilt()
    {
        using var module = ModuleDefinition.ReadModule(OtherPackage.Assembly.Location);
        var references = module.GetMemberReferences().Where(IsTorchSharps).ToArray();
        Assert.IsGreaterThan(100, references.Length);
        var missing = references.Where(reference => reference.Resolve() is null).Select(reference => reference.Name);
        Assert.AreEqual("interpolate", string.Join(", ", missing));
    }

    [TestMethod]
    public void ObjectDetectionsNetworkFailsAtTheMissingMemberUntilThePackageIsRebuilt()
    {
        using var scope = NewDisposeScope();
        using var detector = OtherPackage.CreateDetector(OtherPackage.Assembly);
        var exception = Assert.ThrowsExactly<MissingMethodException>(() => detector.forward(zeros(1, 3, 64, 64)));
        Assert.Contains("interpolate", exception.Message);
    }

    [TestMethod]
    public void NetworksOfTextLoseTheirLinearWeightsUntilThePackageKeepsThem()
    {
        using var scope = NewDisposeScope();
        var assembly = OtherPackage.Assembly;
        // TorchSharp's initialisers once gave a second handle to the weight, which the package disposes; now they give
        // the weight.
        foreach (var network in new[]
        {
            OtherPackage.CreateTagger(assembly),
            OtherPackage.CreateSequenceHead(assembly),
            OtherPackage.CreateSentenceHead(assembly),
        })
        {
            var layers = OtherPackage.LinearLayers(network).ToArray();
            Assert.IsNotEmpty(layers);
            Assert.IsTrue(layers.All(layer => layer.weight!.IsInvalid), network.GetName());
        }

        var tokens = tensor(new long[] { 0, 5, 7, 9 }).unsqueeze(0);
        var exception = Assert.ThrowsExactly<InvalidOperationException>(
            () => OtherPackage.CreateTagger(assembly).forward(tokens, zeros(1)));
        Assert.Contains("empty handle", exception.Message);
    }

    [TestMethod]
    public void TrainersGetAsFarAsTheDownloadOfTheirWeights()
    {
        // A host that the package refuses before it opens a connection: no test waits for a network.
        const string Variable = "MICROSOFTML_RESOURCE_URL";
        var before = Environment.GetEnvironmentVariable(Variable);
        Environment.SetEnvironmentVariable(Variable, "https://localhost/");
        using var folder = new TemporaryFolder();
        try
        {
            var mlContext = new MLContext(1) { TempFilePath = folder.Path };
            var trainers = mlContext.MulticlassClassification.Trainers;
            var texts = mlContext.Data.LoadFromEnumerable(new[] { new Text("a", "good"), new Text("b", "bad") });
            var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
                .Append(trainers.TextClassification(sentence1ColumnName: "Sentence"));
            AssertDownloads(() => pipeline.Fit(texts));

            var scenes = Scene.Create(mlContext, 1);
            AssertDownloads(() => trainers.ObjectDetection(maxEpoch: 1).Fit(scenes));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, before);
        }

        static void AssertDownloads(Action fit)
        {
            var exception = Assert.Throws<Exception>(fit);
            var causes = string.Join(" / ", Causes(exception).Select(cause => cause.Message));
            Assert.Contains("EnsureResourceAsync only supports downloading", causes);
        }
    }

    private static IEnumerable<Exception> Causes(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            yield return exception;
        }
    }

    private static bool IsTorchSharps(MemberReference reference)
    {
        var type = reference.DeclaringType.GetElementType();
        while (type.DeclaringType is not null)
        {
            type = type.DeclaringType;
        }
        return type.Scope is AssemblyNameReference { Name: "TorchSharp" };
    }

    private sealed record Text(string Sentence, string Label);
}
