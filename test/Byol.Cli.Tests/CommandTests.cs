using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Byol.MLNet;
using Byol.MLNet.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.Cli.Tests;

/// <summary>The commands on good data.</summary>
[TestClass]
public class CommandTests
{
    [TestMethod]
    public void PretrainEvaluateAndEmbedWorkOneAfterTheOther()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 60);
        File.WriteAllBytes(Path.Combine(images, "circle_999.png"), []);
        var model = folder["model.onnx"];

        var text = SampleProgram.Succeed(
            [
                "pretrain", "--images", images, "--output", model, "--json", folder["pretrain.json"],
                "--validation-fraction", "0.2", .. SampleFolder.TinyRecipe,
            ]);
        Assert.Contains("circle_999.png", text);
        Assert.Contains("the file is empty", text);
        Assert.Contains("Epoch 2/2", text);
        var pretrain = SampleProgram.Json(folder["pretrain.json"]);
        Assert.IsFalse(pretrain.GetProperty("collapsed").GetBoolean());
        Assert.AreEqual(1, pretrain.GetProperty("skipped").GetInt32());
        var epochs = pretrain.GetProperty("epochs").EnumerateArray().ToArray();
        Assert.HasCount(2, epochs);
        Assert.IsTrue(
            epochs.All(
                epoch => epoch.GetProperty("loss").GetDouble() > 0
                    && epoch.GetProperty("featureVariance").GetDouble() > 0
                    && epoch.GetProperty("imagesPerSecond").GetDouble() > 0));

        text = SampleProgram.Succeed(
            "evaluate", "--model", model, "--images", images, "--labels", "name", "--splits", "2", "--json",
            folder["evaluate.json"]);
        Assert.Contains("circle_999.png", text);
        var evaluation = SampleProgram.Json(folder["evaluate.json"]);
        Assert.AreEqual(1, evaluation.GetProperty("skipped").GetInt32());
        var rows = evaluation.GetProperty("rows").EnumerateArray().ToArray();
        CollectionAssert.AreEquivalent(
            (from classifier in new[] { "Knn", "Lbfgs", "Sdca", "LightGbm" }
             from features in ImageNetNetwork.Sets
             select $"images {features} {classifier}").ToArray(),
            rows.Select(
                row => $"{row.GetProperty("data")} {row.GetProperty("features")} {row.GetProperty("classifier")}")
                .ToArray());
        Assert.IsTrue(
            rows.All(
                row => row.GetProperty("microAccuracy").GetDouble() is >= 0 and <= 1
                    && row.GetProperty("macroAccuracy").ValueKind == JsonValueKind.Number
                    && row.GetProperty("deviation").ValueKind == JsonValueKind.Number));

        SampleProgram.Succeed("embed", "--model", model, "--images", images, "--output", folder["embeddings.csv"]);
        var lines = File.ReadAllLines(folder["embeddings.csv"]);
        Assert.HasCount(61, lines);
        Assert.AreEqual("image", lines[0].Split(',')[0]);
        Assert.HasCount(65, lines[0].Split(','));
        Assert.IsTrue(
            lines[1..].All(
                line => line.Split(',')[1..]
                    .All(value => float.IsFinite(float.Parse(value, CultureInfo.InvariantCulture)))));
    }

    [TestMethod]
    public void PretrainWritesAPageWithItsVerdict()
    {
        using var folder = new SampleFolder();
        var text = SampleProgram.Succeed(
            [
                "pretrain", "--images", folder.Draw("images", 60), "--output", folder["model.onnx"], "--report",
                folder["report.html"], .. SampleFolder.TinyRecipe,
            ]);
        var page = File.ReadAllText(folder["report.html"]);
        Assert.AreEqual(1, Regex.Count(text, "Loss .+ → "), "The verdict is printed too.");
        string[] parts =
        [
            "class=\"verdict", "Cosine to the target", "Map of embeddings", "before training",
            "data:image/png;base64,", "plotly.js v",
        ];
        foreach (var part in parts)
        {
            Assert.Contains(part, page);
        }
    }

    [TestMethod]
    public void PretrainingThatFailsStillGivesItsPage()
    {
        // Decay then multiplies the weights by -99 at each step, until they overflow.
        using var folder = new SampleFolder();
        SampleProgram.Fail(1, [
            "pretrain", "--images", folder.Draw("images", 60), "--output", folder["model.onnx"],
            "--report", folder["report.html"],
            "--width", "0.125", "--batch-size", "16", "--precision", "float32", "--seed", "3",
            "--learning-rate", "100", "--weight-decay", "1", "--momentum", "0", "--epochs", "40"]);
        Assert.MatchesRegex("<b>(Collapsed|Diverged)</b>", File.ReadAllText(folder["report.html"]));
        Assert.IsFalse(File.Exists(folder["model.onnx"]));
    }

    [TestMethod]
    public void ShortRunThatCollapsesFailsAndKeepsTheModelThatWasThere()
    {
        using var folder = new SampleFolder();
        File.WriteAllText(folder["model.onnx"], "as it was");
        var error = SampleProgram.Fail(1, [
            "pretrain", "--recipe", "fast", "--images", folder.DrawBlack("images", 48), "--output",
            folder["model.onnx"],
            "--json", folder["out.json"], "--report", folder["report.html"], .. SampleFolder.TinyRecipe]);
        Assert.Contains("collapsed", error);
        Assert.Contains("try a lower --learning-rate, a --tau nearer to 1, a larger --batch-size", error);
        Assert.AreEqual("as it was", File.ReadAllText(folder["model.onnx"]));
        Assert.IsTrue(SampleProgram.Json(folder["out.json"]).GetProperty("collapsed").GetBoolean());
        Assert.Contains("<b>Collapsed</b>", File.ReadAllText(folder["report.html"]));
    }

    [TestMethod]
    public void EvaluateWithABankUsesFolderLabels()
    {
        using var folder = new SampleFolder();
        var (images, bank) = (folder.Draw("images", 40), folder.Draw("bank", 80));
        foreach (var file in Directory.GetFiles(images).Concat(Directory.GetFiles(bank)))
        {
            var name = Path.GetFileName(file);
            var label = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(file)!, name.Split('_')[0]));
            File.Move(file, Path.Combine(label.FullName, name));
        }
        var model = folder["model.onnx"];
        SampleProgram.Succeed(["pretrain", "--images", bank, "--output", model, .. SampleFolder.TinyRecipe]);
        var text = SampleProgram.Succeed(
            "evaluate", "--model", model, "--images", images, "--labels", "folder", "--bank", bank, "--classifiers",
            "knn,lbfgs", "--report", folder["report.html"]);
        Assert.Contains("untrained", text);
        Assert.Contains("knn", text);
        Assert.Contains("lbfgs", text);
        Assert.DoesNotContain("sdca", text);
        Assert.Contains("Confusion matrix", File.ReadAllText(folder["report.html"]));
    }

    [TestMethod]
    public void EvaluateSearchesTrainersAndSavesTheBestPipeline()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 60);
        var files = Directory.GetFiles(images);
        SampleProgram.Succeed(
            ["pretrain", "--images", images, "--output", folder["model.onnx"], .. SampleFolder.TinyRecipe]);
        // So many that there are some among the training images and some among the held-out ones.
        var label = Path.GetFileName(files[0]).Split('_')[0];
        for (var i = 0; i < 10; i++)
        {
            File.WriteAllText(Path.Combine(images, $"{label}_{1000 + i}.png"), "this is no picture");
        }
        var text = SampleProgram.Succeed(
            "evaluate", "--model", folder["model.onnx"], "--images", images, "--labels", "name", "--auto", "60s",
            "--save-pipeline", folder["model.zip"], "--json", folder["auto.json"]);

        // One row of the leaderboard for each run, its names unbroken.
        var result = SampleProgram.Json(folder["auto.json"]);
        var runs = result.GetProperty("runs").EnumerateArray().ToArray();
        Assert.IsNotEmpty(runs);
        foreach (var run in runs)
        {
            var trainer = Regex.Escape(run.GetProperty("trainerName").GetString()!);
            var parameters = Regex.Escape(run.GetProperty("parameters").GetString()!);
            Assert.MatchesRegex($@"\| {trainer} +\| {parameters} +\|", text);
        }
        Assert.Contains($"held-out images: {100 * result.GetProperty("heldOutAccuracy").GetDouble():F1} %.", text);
        Assert.Contains("warning: 10 images could not be read and were left out", text);
        Assert.AreEqual(10, result.GetProperty("skipped").GetInt32());

        var mlContext = new MLContext();
        var predicted = mlContext.Model.Load(folder["model.zip"], out _)
            .Transform(mlContext.Data.LoadFromEnumerable([new ImageRow(files[0])]));
        Assert.Contains(
            predicted.GetColumn<string>("PredictedLabel").Single(),
            files.Select(file => Path.GetFileName(file).Split('_')[0]).ToArray());
    }

    [TestMethod]
    public void WalkthroughRunsOnRealPets()
    {
        var archive = Checkout.SharedData("pets.tar");
        if (archive is null)
        {
            Assert.Inconclusive("The Pets images are not beside the repository.");
        }
        using var folder = new SampleFolder();
        var pets = RealImages.Extract(archive, folder["pets"], breeds: 4);
        var text = SampleProgram.Succeed(
            [
                "pets", "--pretrain-images", pets, "--pets", pets, "--recipe", "fast", "--classifiers", "lbfgs",
                "--json", folder["out.json"], .. SampleFolder.TinyRecipe,
            ]);
        Assert.Contains("pets", text);
        var rows = SampleProgram.Json(folder["out.json"]).GetProperty("rows").EnumerateArray();
        CollectionAssert.AreEqual(
            ImageNetNetwork.Sets, rows.Select(row => row.GetProperty("features").GetString()).ToArray());
        // Two epochs of a tiny network against one that knows dogs and cats.
        if (ByolWeights.ImageNetResNet18.Exists)
        {
            Assert.Contains("--model imagenet", text);
        }
    }

    [TestMethod]
    public void OfficialPetsListsDecideTheSplit()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 60);
        string[] names = [.. Directory.GetFiles(images).Select(Path.GetFileNameWithoutExtension).Order()!];
        File.WriteAllLines(
            Path.Combine(images, "trainval.txt"), names.Where((_, i) => i % 3 != 0).Select(name => $"{name} 1 1 1"));
        File.WriteAllLines(
            Path.Combine(images, "test.txt"), names.Where((_, i) => i % 3 == 0).Select(name => $"{name} 1 1 1"));
        var text = SampleProgram.Succeed(
            [
                "pets", "--pretrain-images", images, "--pets", images, "--recipe", "fast", "--classifiers", "knn",
                "--json", folder["out.json"], .. SampleFolder.TinyRecipe,
            ]);
        Assert.Contains("official split", text);
        Assert.AreEqual(
            0,
            SampleProgram.Json(folder["out.json"]).GetProperty("rows")[0].GetProperty("deviation").GetDouble(),
            "There is one split.");
        File.AppendAllText(Path.Combine(images, "test.txt"), "nobody_1 1 1 1");
        Assert.Contains(
            "names 'nobody_1'",
            SampleProgram.Fail(
                1,
                [
                    "pets", "--pretrain-images", images, "--pets", images, "--recipe", "fast",
                    .. SampleFolder.TinyRecipe,
                ]));
    }

    [TestMethod]
    public void HelpTellsEachOptionsMeaningAndRange()
    {
        var text = SampleProgram.Succeed("pretrain", "--help");
        Assert.Contains("--predictor-learning-rate-factor", text);
        Assert.Contains("standard|conv3x3-stride2|conv3x3-stride1", text);
        Assert.Contains("Range: 2 to 65536", text);
        // The few that matter come first, and no option goes by the code's name.
        Assert.IsLessThan(
            text.IndexOf("--brightness", StringComparison.Ordinal),
            text.IndexOf("--time-budget", StringComparison.Ordinal));
        Assert.Contains("Examples:", text);
        Assert.DoesNotMatchRegex("CheckpointInterval|LearningRate|MaxTrainingTime", text);
    }

    [TestMethod]
    public void HelpSaysWhatTheProgramDoesAndNotWhatOnlyCodeCan()
    {
        var text = SampleProgram.Succeed("pretrain", "--help");
        Assert.MatchesRegex(@"--seed integer[^-]*Default:\s+42\.", text);
        Assert.DoesNotMatchRegex("MLContext|Define|--embedding-memory-bytes|\\bnan\\b", text);
    }

    private sealed record ImageRow(string Image);
}
