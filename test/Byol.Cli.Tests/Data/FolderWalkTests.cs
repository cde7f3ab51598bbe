using System.Diagnostics;
using Byol.Cli.Data;
using SkiaSharp;

namespace Byol.Cli.Tests.Data;

/// <summary>What a folder holds, whatever its files are called and however they are linked.</summary>
[TestClass]
public class FolderWalkTests
{
    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void EachRealFileIsSeenOnceWhateverLinksLeadToIt()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images/a", 10);
        var elsewhere = folder.Draw("elsewhere", 5);
        Directory.CreateSymbolicLink(folder["images/a/loop"], "..");
        Directory.CreateSymbolicLink(folder["images/up"], folder.Path);
        Directory.CreateSymbolicLink(folder["images/again"], images);
        Directory.CreateSymbolicLink(folder["images/b"], elsewhere);
        Directory.CreateSymbolicLink(folder["images/c"], folder["images/b"]);
        File.CreateSymbolicLink(folder["images/one.png"], Directory.GetFiles(images)[0]);
        File.CreateSymbolicLink(folder["images/nothing.png"], "nowhere.png");
        var contents = FolderContents.Read(new DirectoryInfo(folder["images"]), LabelSource.Folder);
        Assert.HasCount(15, contents.Images);
        CollectionAssert.AreEquivalent(
            new[] { "a", "b" }, contents.Images.Select(image => image.Label).Distinct().ToArray());
        Assert.AreEqual(5, contents.Count(SkippedKind.Link));
        Assert.AreEqual(
            "a link to nothing", contents.Skipped.Single(file => file.Kind == SkippedKind.Unreadable).Reason);
        Assert.Contains(
            "15 images of 2 labels, 1 unreadable, 0 of other types, 0 hidden, 0 duplicates, 5 repeating links",
            contents.Describe());
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void AFolderThatIsReachedThroughALinkIsWalkedAsItself()
    {
        using var folder = new SampleFolder();
        folder.Draw("real/a", 4);
        Directory.CreateSymbolicLink(folder["link"], folder["real"]);
        Directory.CreateSymbolicLink(folder["real/loop"], folder["link"]);
        Assert.HasCount(4, FolderContents.Read(new DirectoryInfo(folder["link"]), LabelSource.Folder).Images);
    }

    [TestMethod]
    public void WhatAFileIsIsFoundByContent()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 3);
        using (var bitmap = new SKBitmap(4, 4))
        {
            (SKEncodedImageFormat, string)[] files =
            [
                (SKEncodedImageFormat.Jpeg, "photo.dat"), (SKEncodedImageFormat.Webp, "web"),
                (SKEncodedImageFormat.Png, "picture.jpg"),
            ];
            foreach (var (format, name) in files)
            {
                using var data = bitmap.Encode(format, 90);
                File.WriteAllBytes(Path.Combine(images, name), data.ToArray());
            }
        }
        File.WriteAllBytes(Path.Combine(images, "iphone.jpeg"), [0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0]);
        File.WriteAllBytes(Path.Combine(images, "IMG.HEIC"), [0, 0, 0, 24, .. "ftypmif1"u8, 0, 0, 0, 0]);
        File.WriteAllBytes(Path.Combine(images, "scan.png"), [.. "II*\0"u8, 8, 0, 0, 0]);
        File.WriteAllText(Path.Combine(images, "labels.csv"), "BMX,1");
        File.WriteAllText(Path.Combine(images, "README"), "BMW and others");
        File.WriteAllBytes(Path.Combine(images, "empty.png"), []);
        File.WriteAllText(Path.Combine(images, "text.gif"), "GIF of nothing");
        var contents = FolderContents.Read(new DirectoryInfo(images), LabelSource.Folder);
        Assert.HasCount(6, contents.Images);
        Assert.StartsWith(
            "6 images of 1 label, 2 unreadable, 5 of other types (.heic 2, .csv 1, .tif 1, no ending 1), 0 hidden, "
            + "0 duplicates",
            contents.Describe());
        Assert.AreEqual(
            "the file is empty",
            contents.Skipped.Single(file => file.File.EndsWith("empty.png", StringComparison.Ordinal)).Reason);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void APipeIsNotWaitedFor()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 3);
        using (var made = Process.Start("mkfifo", [Path.Combine(images, "pipe.png")]))
        {
            made.WaitForExit();
        }
        var read = Task.Run(() => FolderContents.Read(new DirectoryInfo(images), LabelSource.Folder));
        Assert.IsTrue(read.Wait(TimeSpan.FromMinutes(1)));
        Assert.HasCount(3, read.Result.Images);
        Assert.AreEqual(1, read.Result.Count(SkippedKind.Unreadable));
    }

    [TestMethod]
    public void NamesThatSystemsMakeAreHiddenNotLabels()
    {
        using var folder = new SampleFolder();
        folder.Draw("images/cat", 3);
        string[] names =
            [".ipynb_checkpoints", "__MACOSX", "@eaDir", "$RECYCLE.BIN", "System Volume Information", ".git"];
        foreach (var name in names)
        {
            folder.Draw($"images/{name}", 3);
        }
        File.WriteAllText(folder["images/Thumbs.db"], "");
        File.Copy(Directory.GetFiles(folder["images/cat"])[0], folder["images/cat/._circle_0.png"]);
        var contents = FolderContents.Read(new DirectoryInfo(folder["images"]), LabelSource.Folder);
        Assert.AreEqual("cat", contents.Images.Select(image => image.Label).Distinct().Single());
        Assert.HasCount(3, contents.Images);
        Assert.AreEqual(8, contents.Count(SkippedKind.Hidden));
    }

    [TestMethod]
    public void AFolderThatMayNotBeReadIsNamedAndPassedOver()
    {
        using var folder = new SampleFolder();
        folder.Draw("images/open", 3);
        folder.Draw("images/secret", 3);
        folder.Draw("images/vanished", 3);
        // The tests may run as root, who may read everything.
        var walk = new FolderWalk(list: directory => directory.Name switch
        {
            "secret" => throw new UnauthorizedAccessException(),
            "vanished" => throw new DirectoryNotFoundException("it is gone"),
            _ => directory.EnumerateFileSystemInfos(),
        });
        var contents = FolderContents.Read(new DirectoryInfo(folder["images"]), LabelSource.Folder, walk: walk);
        Assert.HasCount(3, contents.Images);
        CollectionAssert.AreEqual(
            new[]
            {
                (folder["images/secret"], "there is no permission to read it"),
                (folder["images/vanished"], "it is gone"),
            },
            contents.Skipped.Select(file => (file.File, file.Reason)).ToArray());
        Assert.EndsWith("0 duplicates, 2 forbidden folders", contents.Describe());
    }

    [TestMethod]
    public void FilesOfTheSameBytesAreCounted()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 6);
        string[] files = [.. Directory.GetFiles(images).Order()];
        File.Copy(files[0], Path.Combine(images, "copy_1.png"));
        File.Copy(files[0], Path.Combine(images, "copy_2.png"));
        // As long, and the same at the beginning.
        byte[] large = [.. File.ReadAllBytes(files[1]), .. new byte[40_000]];
        File.WriteAllBytes(Path.Combine(images, "large_1.png"), large);
        large[^1] = 1;
        File.WriteAllBytes(Path.Combine(images, "large_2.png"), large);
        File.WriteAllBytes(Path.Combine(images, "large_3.png"), large);
        Assert.AreEqual(3, FolderContents.Read(new DirectoryInfo(images), LabelSource.Folder).Duplicates);
    }

    [TestMethod]
    public void EqualPicturesInOtherFormatsAreCopies()
    {
        using var folder = new SampleFolder();
        string[] train = [.. Directory.GetFiles(folder.Draw("train", 6)).Order()];
        var test = folder.Draw("test", 5);
        using (var picture = SKBitmap.Decode(train[2]))
        using (var webp = picture.PeekPixels().Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 100)))
        {
            File.WriteAllBytes(Path.Combine(test, "other_1.webp"), webp.ToArray());
        }
        LabelledImage[] trainImages = [.. train.Select(file => new LabelledImage { Image = file })];
        LabelledImage[] testImages = [.. Directory.GetFiles(test).Select(file => new LabelledImage { Image = file })];
        var copies = Copies.Across(trainImages, testImages, CancellationToken.None);
        Assert.AreEqual(train[2], copies.Found.Single().File);
        Assert.Contains("other_1.webp", copies.Describe("training images were"));
        Assert.HasCount(5, copies.Kept);
        Assert.HasCount(6, Copies.Within(trainImages, CancellationToken.None).Kept);
        Assert.ThrowsExactly<InvalidDataException>(
            () => Copies.Across(trainImages, trainImages, CancellationToken.None));
    }
}
