using Microsoft.ML;
using SkiaSharp;

namespace Byol.Cli.Tests;

/// <summary>The commands on folders that hold more than good pictures, and what they write.</summary>
[TestClass]
public class FolderCommandTests
{
    [TestMethod]
    public void EmbedNamesWhatItLeavesOutAndWhy()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 60);
        SampleProgram.Succeed(
            ["pretrain", "--images", images, "--output", folder["model.onnx"], .. SampleFolder.TinyRecipe]);
        var files = Directory.GetFiles(images);
        File.WriteAllBytes(Path.Combine(images, "truncated_1.png"), File.ReadAllBytes(files[0])[..^200]);
        File.WriteAllText(Path.Combine(images, "text_1.png"), "this is no picture");
        File.WriteAllText(Path.Combine(images, "notes.txt"), "");
        File.WriteAllText(Path.Combine(images, ".hidden.png"), "");
        if (!OperatingSystem.IsWindows())
        {
            File.WriteAllText(Path.Combine(images, "red\u001b[31m\nsecond line_1.png"), "");
        }
        var text = SampleProgram.Succeed(
            "embed", "--model", folder["model.onnx"], "--images", images, "--output", folder["out.csv"],
            "--json", folder["out.json"], "--skipped", folder["list.csv"]);
        Assert.Contains("61 images of 1 label, 2 unreadable, 1 of other types (.txt 1), 1 hidden, 0 duplicates.", text);
        Assert.Contains("truncated_1.png': the file is truncated", text);
        Assert.DoesNotContain("\u001b[31m\n", text);
        Assert.Contains(@"red\u001b[31m\nsecond line_1.png': the file is empty", text);
        var result = SampleProgram.Json(folder["out.json"]);
        Assert.AreEqual(3, result.GetProperty("skipped").GetInt32());
        Assert.AreEqual(1, result.GetProperty("folders")[0].GetProperty("hidden").GetInt32());
        CollectionAssert.AreEquivalent(
            new[] { "Unreadable", "Unreadable", "Unreadable", "OtherType", "Hidden" },
            result.GetProperty("skippedFiles")
                .EnumerateArray()
                .Select(file => file.GetProperty("kind").GetString())
                .ToArray());
        Assert.Contains("truncated_1.png,Unreadable,the file is truncated", File.ReadAllText(folder["list.csv"]));
        Assert.HasCount(61, File.ReadAllLines(folder["out.csv"]));
    }

    [TestMethod]
    public void AQuantizedModelIsAModelLikeAnyOther()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 60);
        SampleProgram.Succeed(
            ["pretrain", "--images", images, "--output", folder["model.onnx"], .. SampleFolder.TinyRecipe]);
        SampleProgram.Succeed(
            "quantize", "--model", folder["model.onnx"], "--images", images, "--output", folder["int8.onnx"]);
        foreach (var model in new[] { "model", "int8" })
        {
            SampleProgram.Succeed(
                "embed", "--model", folder[$"{model}.onnx"], "--images", images, "--output", folder[$"{model}.csv"]);
        }
        var (rows, quantized) = (File.ReadAllLines(folder["model.csv"]), File.ReadAllLines(folder["int8.csv"]));
        Assert.HasCount(rows.Length, quantized);
        Assert.AreEqual(rows[0], quantized[0]);
        Assert.AreNotEqual(rows[1], quantized[1]);
        Assert.Contains("--output and --model name the same file", SampleProgram.Fail(
            2, "quantize", "--model", folder["int8.onnx"], "--images", images, "--output", folder["int8.onnx"]));
        SampleProgram.Succeed(
            "evaluate", "--model", folder["int8.onnx"], "--images", images, "--labels", "name", "--classifiers", "knn",
            "--no-imagenet");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void StandardOutputTakesAResultAndNothingElse()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 60);
        SampleProgram.Succeed(
            ["pretrain", "--images", images, "--output", folder["model.onnx"], .. SampleFolder.TinyRecipe]);
        var (exitCode, output, error) = SampleProgram.Run(
            "embed", "--model", folder["model.onnx"], "--images", images, "--output", "/dev/stdout");
        Assert.AreEqual(0, exitCode, error);
        Assert.StartsWith("image,e0,", output);
        Assert.HasCount(61, output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("60 images of", error);
    }

    [TestMethod]
    public void ACollapsedEncoderFailsAndReplacesNone()
    {
        using var folder = new SampleFolder();
        Directory.CreateDirectory(folder["black"]);
        for (var i = 0; i < 32; i++)
        {
            using var bitmap = new SKBitmap(32, 32, SKColorType.Rgba8888, SKAlphaType.Opaque);
            bitmap.Erase(SKColors.Black);
            using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(folder[$"black/black_{i}.png"], png.ToArray());
        }
        File.WriteAllText(folder["model.onnx"], "as it was");
        Assert.Contains("ollapsed", SampleProgram.Fail(
            1, [
                "pretrain", "--recipe", "fast", "--images", folder["black"], "--output", folder["model.onnx"],
                "--json", folder["out.json"], .. SampleFolder.TinyRecipe,
            ]));
        Assert.AreEqual("as it was", File.ReadAllText(folder["model.onnx"]));
        var result = SampleProgram.Json(folder["out.json"]);
        Assert.IsTrue(result.GetProperty("collapsed").GetBoolean());
        Assert.AreEqual("Collapsed", result.GetProperty("verdict").GetString());
        if (result.TryGetProperty("model", out var model))
        {
            Assert.AreEqual(folder["model.collapsed.onnx"], model.GetString());
            Assert.IsTrue(File.Exists(folder["model.collapsed.onnx"]));
        }
    }

    [TestMethod]
    public void CopiesOnBothSidesAreNamedUnderTheTable()
    {
        using var folder = new SampleFolder();
        var (images, bank) = (folder.Draw("images", 30), folder.Draw("bank", 60));
        SampleProgram.Succeed(
            ["pretrain", "--images", bank, "--output", folder["model.onnx"], .. SampleFolder.TinyRecipe]);
        var copied = Directory.GetFiles(images).Order().First();
        File.Copy(
            copied, Path.Combine(bank, Path.GetFileName(copied).Replace(".png", "99.png", StringComparison.Ordinal)));
        string[] evaluate = ["evaluate", "--model", folder["model.onnx"], "--labels", "name", "--classifiers", "knn"];
        var text = SampleProgram.Succeed(
            [.. evaluate, "--images", images, "--bank", bank, "--json", folder["out.json"]]);
        Assert.Contains("1 images of --bank that are copies of images to test were left out: ", text);
        Assert.AreEqual(
            "Copy",
            SampleProgram.Json(folder["out.json"]).GetProperty("skippedFiles")[0].GetProperty("kind").GetString());

        Assert.Contains(
            "| knn        | trained   |",
            SampleProgram.Succeed(
                [.. evaluate, "--images", images, "--bank", bank, "--labels-per-class", "3", "--splits", "2"]));

        // A row whose copies have other labels would be right by its neighbours' labels alone.
        File.Copy(copied, Path.Combine(images, "other_1.png"));
        File.Copy(copied, Path.Combine(images, "other_2.png"));
        Assert.Contains(
            "2 copies of other images were left out: ",
            SampleProgram.Succeed([.. evaluate, "--images", images, "--splits", "1"]));
    }

    [TestMethod]
    public void ASavedLinearPipelineNamesPictures()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 60);
        SampleProgram.Succeed(
            ["pretrain", "--images", images, "--output", folder["model.onnx"], .. SampleFolder.TinyRecipe]);
        var text = SampleProgram.Succeed(
            "evaluate", "--model", folder["model.onnx"], "--images", images, "--labels", "name", "--classifiers",
            "knn", "--splits", "1", "--save-pipeline", folder["model.zip"]);
        Assert.Contains("L-BFGS with L2", text);
        Assert.Contains("fitted on 60 images", text);

        var fresh = folder.Draw("fresh", 20);
        File.WriteAllText(Path.Combine(fresh, "broken_1.png"), "this is no picture");
        File.WriteAllBytes(
            Path.Combine(fresh, "truncated_1.png"),
            File.ReadAllBytes(Directory.GetFiles(fresh).Last(file => new FileInfo(file).Length > 400))[..^100]);
        SampleProgram.Succeed(
            "predict", "--pipeline", folder["model.zip"], "--images", fresh, "--output", folder["out.csv"], "--json",
            folder["out.json"]);
        var result = SampleProgram.Json(folder["out.json"]);
        var predictions = result.GetProperty("predictions").EnumerateArray().ToArray();
        Assert.HasCount(20, predictions);
        var labels = Directory.GetFiles(images).Select(file => Path.GetFileName(file).Split('_')[0]).ToArray();
        Assert.IsTrue(
            predictions.All(
                prediction => labels.Contains(prediction.GetProperty("label").GetString())
                    && prediction.GetProperty("confidence").GetDouble() is > 0 and <= 1));
        Assert.AreEqual(2, result.GetProperty("skipped").GetInt32());
        var lines = File.ReadAllLines(folder["out.csv"]);
        Assert.AreEqual("image,label,confidence", lines[0]);
        Assert.HasCount(21, lines);
    }

    [TestMethod]
    public void WhatIsNoPipelineIsNamed()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 3);
        File.WriteAllText(folder["other.zip"], "this is no pipeline");
        Assert.Contains(
            "other.zip", SampleProgram.Fail(1, "predict", "--pipeline", folder["other.zip"], "--images", images));
        Assert.Contains(
            "none.zip", SampleProgram.Fail(1, "predict", "--pipeline", folder["none.zip"], "--images", images));
        var mlContext = new MLContext();
        var numbers = mlContext.Data.LoadFromEnumerable([new { Value = 1f }]);
        mlContext.Model.Save(
            mlContext.Transforms.CopyColumns("Copy", "Value").Fit(numbers), numbers.Schema, folder["numbers.zip"]);
        Assert.Contains(
            "predicts no PredictedLabel",
            SampleProgram.Fail(1, "predict", "--pipeline", folder["numbers.zip"], "--images", images));
    }

    [TestMethod]
    public void MistypedNamesAreGuessed()
    {
        Assert.AreEqual(
            "error: 'pretrian' is no command; did you mean 'pretrain'?",
            SampleProgram.Fail(2, "pretrian", "--images", "x", "--output", "y"));
        Assert.AreEqual(
            "error: '--epoch' is no option of pretrain; did you mean '--epochs'?",
            SampleProgram.Fail(2, "pretrain", "--images", "x", "--output", "y", "--epoch", "5"));
    }

    [TestMethod]
    public void AGpuThatIsNotThereIsNoReasonToUseTheProcessor()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 60);
        Assert.Contains(
            "--gpu is -1",
            SampleProgram.Fail(2, "pretrain", "--images", images, "--output", folder["model.onnx"], "--gpu", "-1"));
        Assert.Contains(
            "--gpu is 99",
            SampleProgram.Fail(
                1,
                [
                    "pretrain", "--images", images, "--output", folder["model.onnx"], "--gpu", "99",
                    .. SampleFolder.TinyRecipe,
                ]));
    }
}
