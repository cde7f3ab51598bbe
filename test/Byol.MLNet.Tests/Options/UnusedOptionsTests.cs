using Byol.MLNet.Options;

namespace Byol.MLNet.Tests.Options;

/// <summary>Values that would do nothing are refused, so that nobody takes them to have worked.</summary>
[TestClass]
public class UnusedOptionsTests
{
    [TestMethod]
    public void ATeacherIsForARecipeThatHasOne()
    {
        Assert.AreEqual(
            "Teacher is 'vit.onnx', but Method is Byol, which has no teacher.",
            Error(new() { Recipe = ByolRecipe.Fast, Teacher = "vit.onnx" }));
        Assert.IsNull(Error(new() { Recipe = ByolRecipe.Fast }));
        Assert.IsNull(Error(new() { Recipe = ByolRecipe.Taught, Teacher = "vit.onnx" }));
    }

    [TestMethod]
    public void SoIsWhatIsToldOfIt()
    {
        Assert.AreEqual(
            "TeacherComponents is 64, but Method is Byol, which has no teacher.",
            Error(new() { Recipe = ByolRecipe.Fast with { Teaching = new() { TeacherComponents = 64 } } }));
        Assert.AreEqual(
            "StartsFromTeacher is False, but Method is Byol, which has no teacher.",
            Error(new() { Recipe = ByolRecipe.Fast with { Teaching = new() { StartsFromTeacher = false } } }));
        Assert.IsNull(Error(new() { Recipe = ByolRecipe.Taught with { Teaching = new() { TeacherComponents = 64 } } }));
    }

    [TestMethod]
    public void RandomWeightsAreNeitherFrozenNorSparedNorKept()
    {
        var adapt = ByolRecipe.Adapt with { Encoder = new() { Backbone = ByolBackbone.ResNet18 } };
        CollectionAssert.AreEqual(
            new[]
            {
                "TrainedStages is 2, but there is no Start: the other stages would stay random.",
                "HeadWarmup is 0.2, but there is no Start: random weights have nothing to be spared.",
                "KeepsBetter is true, but there is no Start that could be kept.",
            },
            OptionsValidator.Errors(new ByolOptions { Recipe = adapt }).ToArray());
        Assert.Contains(
            "TrainsBatchNormOnly is true, but there is no Start: the other weights would stay random.",
            Error(new() { Recipe = ByolRecipe.Fast with { Adaptation = new() { TrainsBatchNormOnly = true } } })!);
        Assert.IsNull(Error(new() { Recipe = adapt, Start = "start.safetensors" }));
        Assert.IsNull(Error(new() { Recipe = ByolRecipe.Adapt }));
    }

    [TestMethod]
    public void AStudentMayStartFromItsTeacher()
    {
        var frozen = ByolRecipe.Taught with { Adaptation = new() { TrainedStages = 1 } };
        Assert.IsNull(Error(new() { Recipe = frozen }));
        Assert.Contains(
            "TrainedStages is 1",
            Error(new() { Recipe = frozen with { Teaching = new() { StartsFromTeacher = false } } })!);
    }

    private static string? Error(ByolOptions options) => OptionsValidator.Errors(options).SingleOrDefault();
}
