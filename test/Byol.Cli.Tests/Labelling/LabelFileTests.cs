using System.Text;
using Byol.Cli.Labelling.Labels;

namespace Byol.Cli.Tests.Labelling;

/// <summary>The file of labels: what is confirmed stays, whatever ends the program.</summary>
[TestClass]
public class LabelFileTests
{
    private static readonly DateTime Time = new(2026, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc);

    private static readonly LabelLine[] Lines =
    [
        new("a.png", "cat", Time),
        new("sub/b, \"two\".png", "tëst\"s, label", Time),
        new("a.png", null, Time),
    ];

    [TestMethod]
    public void WhatIsAddedIsReadAgain()
    {
        using var folder = new SampleFolder();
        using (var file = LabelFile.Open(new FileInfo(folder["x.csv"])))
        {
            file.Append(Lines[..1]);
            file.Append(Lines[1..]);
        }

        Assert.StartsWith("path,label,time\na.png,cat,2026-01-02T03:04:05.678Z\n", File.ReadAllText(folder["x.csv"]));
        CollectionAssert.AreEqual(Lines, Read(folder["x.csv"]));
    }

    [TestMethod]
    public void AFileThatIsCutAnywhereGivesItsWholeLinesAndGoesOn()
    {
        using var folder = new SampleFolder();
        var path = folder["x.csv"];
        using (var file = LabelFile.Open(new FileInfo(path)))
        {
            file.Append(Lines);
        }
        var bytes = File.ReadAllBytes(path);
        var headerEnd = Array.IndexOf(bytes, (byte)'\n');
        for (var length = headerEnd; length < bytes.Length; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);
            // A line is whole with or without the character that ends it.
            var whole = Enumerable.Range(0, Lines.Length + 1)
                .Last(count => count == 0 || EndOf(bytes, count + 1) <= length);
            using (var file = LabelFile.Open(new FileInfo(path)))
            {
                CollectionAssert.AreEqual(Lines[..whole], file.Lines.ToArray(), $"{length} bytes");
                file.Append(Lines[..1]);
            }
            CollectionAssert.AreEqual(
                (LabelLine[])[.. Lines[..whole], Lines[0]], Read(path), $"after {length} bytes");
        }
    }

    [TestMethod]
    public void ZerosThatAPowerFailureLeftAreCutAway()
    {
        using var folder = new SampleFolder();
        File.WriteAllText(folder["x.csv"], "path,label,time\na.png,cat,2026-01-02T03:04:05.678Z\n\0\0\0\0");
        using (var file = LabelFile.Open(new FileInfo(folder["x.csv"])))
        {
            file.Append(Lines[1..2]);
        }

        CollectionAssert.AreEqual(Lines[..2], Read(folder["x.csv"]));
    }

    [TestMethod]
    public void AnotherProgramsOrderMarkAndLineEndsStay()
    {
        using var folder = new SampleFolder();
        File.WriteAllText(
            folder["x.csv"],
            "Label,note,path\r\ncat,\"of\r\ntwo lines\",a.png\r\n\r\n\"dog, big\",,\"b\"\"c.png\"",
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        using (var file = LabelFile.Open(new FileInfo(folder["x.csv"])))
        {
            file.Append([new LabelLine("d.png", "cat", Time)]);
        }

        Assert.EndsWith("\r\n\"dog, big\",,\"b\"\"c.png\"\r\ncat,,d.png\r\n", File.ReadAllText(folder["x.csv"]));
        CollectionAssert.AreEqual(
            new[] { ("a.png", "cat"), ("b\"c.png", "dog, big"), ("d.png", "cat") },
            Read(folder["x.csv"]).Select(line => (line.Path, line.Label!)).ToArray());
    }

    [TestMethod]
    [DataRow("image,label\n", "column 'path'")]
    [DataRow("path,label,path\n", "column 'path'")]
    [DataRow("path,label,time\na.png,cat\nb.png,cat,2026-01-02T03:04:05.678Z\n", "line 2 has 2 values")]
    [DataRow("\n", "it has no line")]
    [DataRow("path,label\na.png,cat\nb.png,\"cat\nc.png,dog\nd.png,cat\n", "line 3 has a quotation mark")]
    [DataRow("path,label\na.png,cat\nb.png,\"cat\nc.png,dog\nd.png,c", "line 3 has a quotation mark")]
    [DataRow("path,label\na.png,\"cat\n", "line 2 has a quotation mark")]
    public void WhatIsNoFileOfLabelsIsNamedAndLeftAsItIs(string text, string reason)
    {
        using var folder = new SampleFolder();
        File.WriteAllText(folder["x.csv"], text);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => LabelFile.Open(new FileInfo(folder["x.csv"])));
        Assert.Contains(folder["x.csv"], error.Message);
        Assert.Contains(reason, error.Message);
        Assert.AreEqual(text, File.ReadAllText(folder["x.csv"]));
    }

    [TestMethod]
    public void TextThatIsNotUtf8IsNamed()
    {
        using var folder = new SampleFolder();
        File.WriteAllBytes(folder["x.csv"], [.. "path,label\n"u8, 0xE9, (byte)',', (byte)'a', (byte)'\n']);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => LabelFile.Open(new FileInfo(folder["x.csv"])));
        Assert.Contains("UTF-8", error.Message);
    }

    [TestMethod]
    public void ASecondProgramIsToldUntilTheFirstEnds()
    {
        using var folder = new SampleFolder();
        var path = new FileInfo(folder["x.csv"]);
        using (LabelFile.Open(path))
        {
            var error = Assert.ThrowsExactly<IOException>(() => LabelFile.Open(path));
            Assert.Contains("Another program is labelling", error.Message);
        }
        LabelFile.Open(path).Dispose();
        Assert.AreEqual(folder["x.csv"], Directory.GetFiles(folder.Path).Single());
    }

    [TestMethod]
    public void AFileThatIsGoneIsAnErrorAndAChangedOneIsSeen()
    {
        using var folder = new SampleFolder();
        using var file = LabelFile.Open(new FileInfo(folder["x.csv"]));
        File.AppendAllText(folder["x.csv"], "z.png,dog,\n");
        Assert.IsFalse(file.IsChangedByOthers);
        file.Append(Lines[..1]);
        Assert.IsTrue(file.IsChangedByOthers);
        Assert.Contains("z.png,dog,\na.png,cat", File.ReadAllText(folder["x.csv"]));

        File.Delete(folder["x.csv"]);
        var error = Assert.ThrowsExactly<IOException>(() => file.Append(Lines[..1]));
        Assert.Contains("could not be saved", error.Message);
    }

    // Where so many lines are whole: the last one's end itself may be missing.
    private static int EndOf(byte[] bytes, int lines)
    {
        var position = -1;
        for (var line = 0; line < lines; line++)
        {
            position = Array.IndexOf(bytes, (byte)'\n', position + 1);
        }
        return position;
    }

    private static LabelLine[] Read(string path)
    {
        using var file = LabelFile.Open(new FileInfo(path));
        return [.. file.Lines];
    }
}
