using Byol.Cli.Commands;
using Byol.Cli.Output;

namespace Byol.Cli.Tests.Output;

/// <summary>What is printed and written.</summary>
[TestClass]
public class OutputTests
{
    [TestMethod]
    [DataRow(new[] { "pretrain", "--checkpoint", "run" })]
    [DataRow(new[] { "pretrain", "--resume", "--checkpoint", "run" })]
    [DataRow(new[] { "pretrain", "--resume=true", "--checkpoint", "run" })]
    [DataRow(new[] { "pretrain", "--resume:false", "--checkpoint", "run" })]
    [DataRow(new[] { "pretrain", "--resume", "false", "--checkpoint", "run" })]
    public void TheCommandToGoOnWithResumesOnce(string[] arguments) => Assert.EndsWith(
        " pretrain --checkpoint run --resume", ShellCommand.OfResuming(arguments));

    [TestMethod]
    [DataRow("plain ä 猫", "plain ä 猫")]
    [DataRow("two\nlines\tand\rmore", @"two\nlines\tand\rmore")]
    [DataRow("\u001b[31mred\u0007", @"\u001b[31mred\u0007")]
    [DataRow("a\u202egnp.exe\u2028b", @"a\u202egnp.exe\u2028b")]
    public void ControlCharactersAreEscaped(string text, string expected) =>
        Assert.AreEqual(expected, Printable.Escape(text));

    [TestMethod]
    [DataRow("--images=a/b_c.d", "--images=a/b_c.d")]
    [DataRow("my photos", "'my photos'")]
    [DataRow("$HOME", "'$HOME'")]
    [DataRow("it's", @"'it'\''s'")]
    [DataRow("", "''")]
    [DataRow("a\nb", @"$'a\nb'")]
    public void ArgumentsAreQuotedForSh(string argument, string expected) =>
        Assert.AreEqual(expected, ShellCommand.QuoteForSh(argument));

    [TestMethod]
    [DataRow(@"C:\photos", @"C:\photos")]
    [DataRow(@"C:\my photos\", @"""C:\my photos\\""")]
    [DataRow("say \"hi\"", @"""say \""hi\""""")]
    public void ArgumentsAreQuotedForWindows(string argument, string expected) =>
        Assert.AreEqual(expected, ShellCommand.QuoteForCmd(argument));

    [TestMethod]
    public void AnEncoderThatCannotBeSavedWhereItWasAskedForIsKeptBesideIt()
    {
        using var folder = new SampleFolder();
        var asked = new FileInfo(folder["model.onnx"]);
        var saved = EncoderFile.Save(
            path => File.WriteAllText(
                path == asked.FullName ? throw new IOException("no space left") : path, "trained"),
            asked);
        Assert.AreEqual("trained", File.ReadAllText(saved.File));
        Assert.AreEqual(folder.Path, Path.GetDirectoryName(saved.File));
        Assert.AreEqual($"no space left. The trained encoder is kept as '{saved.File}'.", saved.Error);
    }

    [TestMethod]
    public void WhereItsFolderIsGoneItIsKeptAmongTheTemporaryFiles()
    {
        using var folder = new SampleFolder();
        var saved = EncoderFile.Save(
            path => File.WriteAllText(path, "trained"), new FileInfo(folder["gone/model.onnx"]));
        Assert.AreEqual("trained", File.ReadAllText(saved.File));
        Assert.Contains(saved.File, saved.Error!);
        File.Delete(saved.File);
    }

    [TestMethod]
    public void TooLittleRoomIsSaidBeforeTheWork()
    {
        OutputFile.RequireRoom("/data", free: 50 << 20, bytes: 50 << 20);
        Assert.AreEqual(
            "'/data' has 10 MB left, and about 46 MB are needed",
            Assert.ThrowsExactly<IOException>(
                () => OutputFile.RequireRoom("/data", free: 10 << 20, bytes: 45 << 20)).Message);
    }

    [TestMethod]
    [DataRow(
        "StoredImageSize is 48; it must be a multiple of ImageSize, which is 32.",
        "--stored-image-size is 48; it must be a multiple of --image-size, which is 32.")]
    [DataRow("Resume is true, but CheckpointDirectory is empty", "--resume is true, but --checkpoint is empty")]
    public void ChecksSpeakOfTheProgramsOptions(string text, string expected) =>
        Assert.AreEqual(expected, OptionNames.TranslateCheck(text));

    [TestMethod]
    [DataRow(
        "Try a lower LearningRate, or ClipNorm where it is 0.",
        "Try a lower --learning-rate, or --clip-norm where it is 0.")]
    [DataRow("Width and height of '/BatchSize/a BatchSize.png'", "Width and height of '/BatchSize/a BatchSize.png'")]
    [DataRow(
        "MLContext.GpuDeviceId is 3, but there is no such CUDA device; set FallbackToCpu to train on the CPU.",
        "--gpu is 3, but there is no such CUDA device; leave --gpu out to train on the CPU.")]
    public void OtherTextsNameOptionsOutsideOfQuotationMarks(string text, string expected) =>
        Assert.AreEqual(expected, OptionNames.Translate(text));

    [TestMethod]
    [DataRow("pretrian", "pretrain")]
    [DataRow("preditc", "predict")]
    [DataRow("xyz", null)]
    public void TheCommandThatWasMeantIsFound(string typed, string? expected) =>
        Assert.AreEqual(expected, Suggestions.Closest(typed, ["pretrain", "evaluate", "embed", "predict", "data"]));
}
