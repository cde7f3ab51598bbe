namespace Byol.Cli.Tests;

/// <summary>The recipe of a training that names none.</summary>
[TestClass]
public class RecipeChoiceTests
{
    [TestMethod]
    [DataRow(32, "Recipe: fast, as the pictures' median short side is 32 px.")]
    [DataRow(100, "Recipe: fast-photographs, as the pictures' median short side is 100 px.")]
    public void TheImagesDecideAndItIsSaid(int side, string expected)
    {
        using var folder = new SampleFolder();
        var (exitCode, output, error) = Pretrain(folder, folder.DrawNoise("images", 20, side));
        Assert.AreEqual(1, exitCode, output + error);
        Assert.Contains(expected, output);
        Assert.Contains("There are 20 readable images, fewer than one step needs: --batch-size is 64", error);
    }

    [TestMethod]
    public void OtherOptionsChangeTheChosenRecipe()
    {
        using var folder = new SampleFolder();
        var images = folder.DrawNoise("images", 20, side: 100);
        // 96 is a multiple of the picture size of the other recipe.
        var (exitCode, output, error) = Pretrain(folder, images, "--stored-image-size", "96");
        Assert.AreEqual(2, exitCode, output + error);
        Assert.Contains("--stored-image-size is 96; it must be a multiple of --image-size, which is 64", error);
    }

    [TestMethod]
    public void ANamedRecipeIsTaken()
    {
        using var folder = new SampleFolder();
        var (_, output, error) = Pretrain(folder, folder.DrawNoise("images", 20, side: 100), "--recipe", "fast");
        Assert.DoesNotContain("Recipe:", output);
        Assert.Contains("fewer than one step needs", error);
    }

    [TestMethod]
    public void HelpSaysTheDefaultsOfBoth()
    {
        var text = string.Join(' ', SampleProgram.Succeed("pretrain", "--help")
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(
            "Default: fast-photographs where the pictures' median short side is 96 px or more, else fast.", text);
        Assert.Contains("Default: 32 (fast), 64 (fast-photographs).", text);
    }

    private static (int ExitCode, string Output, string Error) Pretrain(
        SampleFolder folder, string images, params string[] options) => SampleProgram.Run(
        ["pretrain", "--images", images, "--output", folder["model.onnx"], "--batch-size", "64", .. options]);
}
