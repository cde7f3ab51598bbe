namespace Byol.Cli.Tests;

/// <summary>The recipe of a training that names none.</summary>
[TestClass]
public class RecipeChoiceTests
{
    [TestMethod]
    public void WhatWasChosenIsSaid()
    {
        using var folder = new SampleFolder();
        var (exitCode, output, error) = Pretrain(folder, folder.DrawNoise("images", 20, side: 32));
        Assert.AreEqual(1, exitCode, output + error);
        Assert.Contains("Recipe: taught, as the ImageNet network is beside the program.", output);
        Assert.Contains("There are 20 readable images, fewer than one step needs: --batch-size is 64", error);
    }

    [TestMethod]
    public void OtherOptionsChangeTheChosenRecipe()
    {
        using var folder = new SampleFolder();
        var images = folder.DrawNoise("images", 20, side: 100);
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
    public void HelpSaysTheDefaults()
    {
        var text = string.Join(' ', SampleProgram.Succeed("pretrain", "--help")
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(
            "Default: taught where the ImageNet network is beside the program, else fast-photographs where the "
            + "pictures' median short side is 96 px or more, else fast.",
            text);
    }

    private static (int ExitCode, string Output, string Error) Pretrain(
        SampleFolder folder, string images, params string[] options) => SampleProgram.Run(
        ["pretrain", "--images", images, "--output", folder["model.onnx"], "--batch-size", "64", .. options]);
}
