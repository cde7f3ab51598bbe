using System.Reflection;
using System.Xml.Linq;
using Microsoft.ML;

namespace Byol.MLNet.Tests;

[TestClass]
public class PublicApiTests
{
    private static readonly Type[] PublicTypes = typeof(ByolOptions).Assembly.GetExportedTypes();

    [TestMethod]
    public void NoPublicSignatureHasATorchSharpType()
    {
        var signatures = PublicTypes
            .SelectMany(
                type => type.GetMembers(
                    BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Select(member => $"{member.DeclaringType}: {member}")
            .ToArray();
        Assert.IsGreaterThan(100, signatures.Length);
        Assert.IsEmpty(signatures.Where(signature => signature.Contains("TorchSharp", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void PublicTypesAreInTwoNamespaces()
    {
        Assert.AreEqual("Microsoft.ML", typeof(ByolCatalogExtensions).Namespace);
        Assert.IsEmpty(
            PublicTypes.Where(type => type != typeof(ByolCatalogExtensions) && type.Namespace != "Byol.MLNet"));
    }

    [TestMethod]
    public void EveryPublicTypeIsDocumented()
    {
        var documentation = XDocument.Load(Path.ChangeExtension(typeof(ByolOptions).Assembly.Location, ".xml"));
        var documented = documentation.Descendants("member")
            .Select(member => member.Attribute("name")!.Value)
            .ToHashSet();
        Assert.IsEmpty(PublicTypes.Where(type => !documented.Contains($"T:{type.FullName}")));
    }

    [TestMethod]
    public void MissingGpuIsAnErrorUnlessTheContextAllowsTheCpu()
    {
        if (TorchSharp.torch.cuda.is_available())
        {
            Assert.Inconclusive("This machine has a GPU.");
        }
        var mlContext = new MLContext(1) { GpuDeviceId = 3, FallbackToCpu = false };
        var data = mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32));
        var estimator = mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe());
        Assert.Contains(
            "GpuDeviceId is 3", Assert.ThrowsExactly<InvalidOperationException>(() => estimator.Fit(data)).Message);
        mlContext.FallbackToCpu = true;
        Assert.HasCount(1, estimator.Fit(data).History);
        // Where no driver tells of a card that has it, 16 bits are not chosen unasked.
        var card = new TorchSharp.torch.Device(TorchSharp.DeviceType.CUDA, 0);
        Assert.AreEqual(TorchSharp.torch.float32, MLNet.Torch.TorchRuntime.ChoosePrecision(ByolPrecision.Auto, card));
    }
}
