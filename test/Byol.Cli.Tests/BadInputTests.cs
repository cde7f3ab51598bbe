namespace Byol.Cli.Tests;

/// <summary>Bad input: one clear sentence, the right exit code, no half-written file.</summary>
[TestClass]
public class BadInputTests
{
    private const int Failed = 1;
    private const int WrongUsage = 2;

    [TestMethod]
    [DataRow("--epochs", "many", "--epochs is 'many'; it must be integer.")]
    [DataRow("--stem", "round", "--stem is 'round'; it must be standard|conv3x3-stride2|conv3x3-stride1.")]
    [DataRow("--batch-size", "1", "--batch-size is 1; it must be at least 2 and at most 65536.")]
    [DataRow("--tau", "2", "--tau is 2; it must be at least 0 and at most 1.")]
    [DataRow("--time-budget", "90", "--time-budget is '90'; it must be a time with its unit, such as 90s")]
    [DataRow(
        "--checkpoint-interval", "5", "--checkpoint-interval is '5'; it must be a time with its unit, such as 90s")]
    [DataRow("--time-budget", "1e9h", "of at most 1000d")]
    [DataRow("--colour", "red", "--colour")]
    [DataRow("--recipe", "secret", "secret")]
    public void WrongOptionIsNamed(string option, string value, string expected)
    {
        using var folder = new SampleFolder();
        var (exitCode, output, error) = SampleProgram.Run(
            "pretrain", "--images", folder.Draw("images", 20), "--output", folder["model.onnx"], option, value);
        Assert.AreEqual(WrongUsage, exitCode, output + error);
        Assert.Contains(expected, error);
        Assert.DoesNotContain(
            "(Parameter", error, "Names of the code's parameters say nothing to who runs the program.");
        Assert.IsFalse(File.Exists(folder["model.onnx"]));
    }

    [TestMethod]
    [DataRow("--recipe is 'nope'; it must be adapt|fast|fast-photographs|paper|taught|walkthrough.",
        "pretrain", "--images", ".", "--output", "x", "--recipe", "nope")]
    [DataRow("--labels is 'nam'; it must be folder|name.",
        "evaluate", "--model", "x", "--images", ".", "--labels", "nam")]
    [DataRow("--gpu is 'x'; it must be an integer.",
        "pretrain", "--images", ".", "--output", "x", "--gpu", "x")]
    [DataRow("--epochs is 'x'; it must be an integer.", "quickstart", "--epochs", "x")]
    [DataRow("--epochs is 0; it must be 1 or more.", "quickstart", "--epochs", "0")]
    [DataRow("--steps is 'x'; it must be an integer.", "throughput", "--images", ".", "--steps", "x")]
    [DataRow("SET is 'cifar11'; it must be cifar10|pets.", "data", "cifar11", "x")]
    [DataRow("FOLDER is missing; it must be a folder.", "data", "cifar10")]
    [DataRow("--on-unreadable-image is 'nan'; it must be skip|throw.",
        "pretrain", "--images", ".", "--output", "x", "--on-unreadable-image", "nan")]
    public void AWrongValueIsNamedInOnePlainSentence(string expected, params string[] arguments) =>
        Assert.AreEqual($"error: {expected}", SampleProgram.Fail(WrongUsage, arguments).TrimEnd());

    [TestMethod]
    public void EveryMissingArgumentIsNamedOnce()
    {
        var (exitCode, _, error) = SampleProgram.Run("data");
        Assert.AreEqual(WrongUsage, exitCode);
        Assert.AreEqual(
            "error: SET is missing; it must be cifar10|pets.\nerror: FOLDER is missing; it must be a folder.\n",
            error.ReplaceLineEndings("\n"));
    }

    [TestMethod]
    [DataRow("--report does not go with --auto.", "--auto", "1m", "--report", "page.html")]
    [DataRow("--splits does not go with --auto.", "--auto", "1m", "--splits", "3")]
    [DataRow("--classifiers does not go with --auto.", "--auto", "1m", "--classifiers", "knn")]
    [DataRow("--splits does not go with --bank.", "--bank", ".", "--splits", "3")]
    [DataRow("--labels-per-class does not go with --auto.", "--auto", "1m", "--labels-per-class", "3")]
    [DataRow("--report does not go with --labels-per-class.", "--labels-per-class", "3", "--report", "page.html")]
    [DataRow("--labels-per-class must be 1 or more.", "--labels-per-class", "0")]
    public void OptionsThatWouldBeIgnoredAreNamed(string expected, params string[] options) => Assert.Contains(
        expected, SampleProgram.Fail(
            WrongUsage, ["evaluate", "--model", "model.onnx", "--images", ".", "--labels", "name", .. options]));

    [TestMethod]
    [DataRow("--teacher does not go with --method byol", "--recipe", "fast", "--teacher", "imagenet")]
    [DataRow(
        "--starts-from-teacher does not go with --method byol", "--recipe", "fast", "--starts-from-teacher", "true")]
    [DataRow("--teacher-components does not go with --method byol", "--method", "byol", "--teacher-components", "64")]
    [DataRow("--stem does not go with --backbone start", "--recipe", "adapt", "--stem", "standard")]
    [DataRow("--width does not go with --backbone start", "--recipe", "adapt", "--width", "1")]
    public void RecipesOptionsThatWouldBeIgnoredAreNamed(string expected, params string[] options) => Assert.Contains(
        expected, SampleProgram.Fail(WrongUsage, ["pretrain", "--images", ".", "--output", "x.onnx", .. options]));

    [TestMethod]
    public void NoStagesOfARandomEncoderAreFrozen()
    {
        var (exitCode, _, error) = SampleProgram.Run(
            "pretrain", "--images", ".", "--output", "x.onnx", "--recipe", "adapt", "--backbone", "resnet18");
        Assert.AreEqual(WrongUsage, exitCode);
        Assert.Contains(
            "--trained-stages is 2, but there is no --start: the other stages would stay random.", error);
    }

    [TestMethod]
    [DataRow("90")]
    [DataRow("0s")]
    [DataRow("-5m")]
    [DataRow("9999d")]
    public void ATimeWithoutUnitOrBoundIsNoTime(string time) => Assert.Contains(
        $"--auto is '{time}'; it must be a time with its unit, such as 90s",
        SampleProgram.Fail(
            WrongUsage, "evaluate", "--model", "model.onnx", "--images", ".", "--labels", "name", "--auto", time));

    [TestMethod]
    [DataRow("--save-weights", "missing/weights.safetensors", "the folder")]
    [DataRow("--json", "missing/out.json", "the folder")]
    [DataRow("--report", "missing/page.html", "the folder")]
    [DataRow("--skipped", "missing/list.csv", "the folder")]
    [DataRow("--progress-file", "missing/progress.jsonl", "the folder")]
    [DataRow("--checkpoint", "file/run", "is a file")]
    [DataRow("--tensorboard", "file/events", "is a file")]
    public void EveryOutputIsLookedAtBeforeTheFirstImage(string option, string path, string expected)
    {
        using var folder = new SampleFolder();
        File.WriteAllText(folder["file"], "");
        var (exitCode, output, error) = SampleProgram.Run(
            "pretrain", "--images", folder.Draw("images", 20), "--output", folder["model.onnx"], option, folder[path]);
        Assert.AreEqual(Failed, exitCode, output + error);
        Assert.Contains(expected, error);
        Assert.DoesNotContain("images of", output, "The images were not looked at.");
    }

    [TestMethod]
    public void TwoOutputsInOneFileAreRefused()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 20);
        Assert.Contains("--json and --output name the same file", SampleProgram.Fail(
            WrongUsage, "pretrain", "--images", images, "--output", folder["model.onnx"], "--json", Path.Combine(
                images, "..", "model.onnx")));
        File.WriteAllText(folder["model.onnx"], "as it was");
        Assert.Contains("--output and --model name the same file", SampleProgram.Fail(
            WrongUsage, "embed", "--images", images, "--model", folder["model.onnx"], "--output",
            folder["model.onnx"]));
        Assert.AreEqual("as it was", File.ReadAllText(folder["model.onnx"]));
    }

    [TestMethod]
    [DataRow("embed", "--output", "x.csv")]
    [DataRow("evaluate", "--labels", "name")]
    [DataRow("label", "--labels", "x.csv")]
    public void AMissingModelIsSaidBeforeTheImagesAreLookedAt(string command, string option, string value)
    {
        using var folder = new SampleFolder();
        var (exitCode, output, error) = SampleProgram.Run(
            command, "--model", folder["no.onnx"], "--images", folder.Draw("images", 2), option, value);
        Assert.AreEqual(Failed, exitCode, output + error);
        Assert.AreEqual($"error: The weight file '{folder["no.onnx"]}' does not exist.", error.TrimEnd());
        Assert.AreEqual("", output);
    }

    [TestMethod]
    public void UnknownClassifierIsNamed() => Assert.Contains(
        "--classifiers is 'foo'; it must be of knn, lbfgs",
        SampleProgram.Fail(
            WrongUsage, "evaluate", "--model", "model.onnx", "--images", ".", "--labels", "name", "--classifiers",
            "knn,foo"));

    [TestMethod]
    public void MissingRequiredOptionIsWrongUsage() =>
        Assert.Contains("--output", SampleProgram.Fail(WrongUsage, "pretrain", "--images", "."));

    [TestMethod]
    public void MissingAndEmptyFoldersAreNamed()
    {
        using var folder = new SampleFolder();
        Assert.Contains(
            "nowhere",
            SampleProgram.Fail(Failed, "pretrain", "--images", folder["nowhere"], "--output", folder["model.onnx"]));
        Directory.CreateDirectory(folder["empty"]);
        Assert.Contains(
            "holds no image",
            SampleProgram.Fail(Failed, "pretrain", "--images", folder["empty"], "--output", folder["model.onnx"]));
    }

    [TestMethod]
    public void FolderWithoutAReadableImageIsAFailure()
    {
        using var folder = new SampleFolder();
        Directory.CreateDirectory(folder["bad"]);
        File.WriteAllText(folder["bad/a_1.png"], "this is no picture");
        var message = SampleProgram.Fail(
            Failed, "pretrain", "--images", folder["bad"], "--output", folder["model.onnx"]);
        Assert.Contains("holds no image that can be read: 0 images of 0 labels, 1 unreadable", message);
        Assert.IsFalse(File.Exists(folder["model.onnx"]));
    }

    [TestMethod]
    public void FewerImagesThanABatchAreCounted()
    {
        using var folder = new SampleFolder();
        var message = SampleProgram.Fail(
            Failed, "pretrain", "--images", folder.Draw("images", 20), "--output", folder["model.onnx"], "--batch-size",
            "64");
        Assert.Contains("There are 20 ", message);
    }

    [TestMethod]
    public void UnwritableOutputIsFoundBeforeTheWork()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 20);
        Assert.Contains(
            "missing",
            SampleProgram.Fail(Failed, "pretrain", "--images", images, "--output", folder["missing/model.onnx"]));
        Assert.Contains("is a folder", SampleProgram.Fail(Failed, "pretrain", "--images", images, "--output", images));
        Assert.HasCount(1, Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    public void ForeignModelFileIsNamedAndAnExistingOutputIsKept()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 20);
        File.WriteAllText(folder["other.onnx"], "this is no model");
        File.WriteAllText(folder["kept.csv"], "as it was");
        Assert.Contains(
            "other.onnx",
            SampleProgram.Fail(
                Failed, "embed", "--model", folder["other.onnx"], "--images", images, "--output", folder["kept.csv"]));
        Assert.Contains(
            "none.onnx",
            SampleProgram.Fail(
                Failed, "evaluate", "--model", folder["none.onnx"], "--images", images, "--labels", "name"));
        Assert.AreEqual("as it was", File.ReadAllText(folder["kept.csv"]));
    }

    [TestMethod]
    public void FileNameWithoutALabelIsNamed()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 40);
        SampleProgram.Succeed(
            ["pretrain", "--images", images, "--output", folder["model.onnx"], .. SampleFolder.TinyRecipe]);
        File.Copy(Directory.GetFiles(images)[0], Path.Combine(images, "nolabel.png"));
        Assert.Contains(
            "nolabel.png",
            SampleProgram.Fail(
                Failed, "evaluate", "--model", folder["model.onnx"], "--images", images, "--labels", "name"));
    }
}
