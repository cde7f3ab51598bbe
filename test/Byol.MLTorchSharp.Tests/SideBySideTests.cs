using System.Diagnostics;
using Byol.MLNet.Tests;
using Microsoft.ML;
using Microsoft.ML.TorchSharp;

namespace Byol.MLTorchSharp.Tests;

/// <summary>What works with both packages in one process.</summary>
[TestClass]
public class SideBySideTests
{
    [TestMethod]
    public void ThisLibraryFitsBeforeAndAfterTheOtherPackageIsUsed()
    {
        using var folder = new TemporaryFolder();
        var paths = Library.WritePictures(folder.Path, 32);
        var before = Library.FitAndEmbed(new MLContext(1), paths);

        using (var detector = OtherPackage.CreateDetector(OtherPackage.Assembly))
        {
            Assert.IsNotEmpty(detector.parameters());
        }

        var after = Library.FitAndEmbed(new MLContext(1), paths);
        Assert.HasCount(32, after);
        for (var i = 0; i < after.Length; i++)
        {
            CollectionAssert.AreEqual(before[i], after[i], $"picture {i}");
        }
    }

    [TestMethod]
    public void BothUseOneTorchSharpAndOneLibtorch()
    {
        Assert.IsNotEmpty(OtherPackage.LinearLayers(OtherPackage.CreateDetector(OtherPackage.Assembly)));
        var loaded = AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetName())
            .Where(name => name.Name == "TorchSharp")
            .ToArray();
        Assert.HasCount(1, loaded);
        Assert.AreEqual(new Version(0, 107, 0, 0), loaded[0].Version);

        // The other package was built with an older one.
        var asked = OtherPackage.Assembly.GetReferencedAssemblies().Single(name => name.Name == "TorchSharp");
        Assert.AreEqual(new Version(0, 102, 7, 0), asked.Version);

        var libraries = Process.GetCurrentProcess().Modules.Cast<ProcessModule>()
            .Where(module => module.ModuleName.Contains("torch_cpu", StringComparison.Ordinal))
            .Select(module => module.FileName)
            .Distinct();
        Assert.HasCount(1, libraries.ToArray());
    }

    [TestMethod]
    public void ItsTasksAreOfTextAndOfObjectsInPicturesAndNoneIsImageClassification()
    {
        string[] tasks =
        [
            "NamedEntityRecognition", "ObjectDetection", "QuestionAnswer", "SentenceSimilarity", "TextClassification",
        ];
        var methods = typeof(TorchSharpCatalog).GetMethods()
            .Where(method => method.IsStatic && method.ReturnType.Name.EndsWith("Trainer", StringComparison.Ordinal))
            .Select(method => method.Name)
            .Distinct()
            // An older spelling of the same.
            .Where(name => name != "NameEntityRecognition");
        CollectionAssert.AreEquivalent(tasks, methods.ToArray());
    }
}
