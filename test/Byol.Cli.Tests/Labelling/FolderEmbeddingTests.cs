using Byol.Cli.Data;
using Byol.Cli.Labelling.Embeddings;
using Microsoft.ML;

namespace Byol.Cli.Tests.Labelling;

/// <summary>Embeddings of a former run.</summary>
[TestClass]
public class FolderEmbeddingTests
{
    [TestMethod]
    public void OnlyNewAndChangedImagesAreEmbeddedAgain()
    {
        using var folder = new SampleFolder();
        var images = Draw(folder);
        Assert.AreEqual(0, Embed(folder, images).Cached);
        var (cached, before) = Embed(folder, images);
        Assert.AreEqual(8, cached);

        var files = Directory.GetFiles(images).Order(StringComparer.Ordinal).ToArray();
        File.Copy(files[5], files[2], overwrite: true);
        File.SetLastWriteTimeUtc(files[2], DateTime.UtcNow.AddDays(-2));
        (cached, var after) = Embed(folder, images);
        Assert.AreEqual(7, cached);
        CollectionAssert.AreEqual(after.Vectors[5].ToArray(), after.Vectors[2].ToArray());
        CollectionAssert.AreNotEqual(before.Vectors[2].ToArray(), after.Vectors[2].ToArray());
        CollectionAssert.AreEqual(before.Vectors[3].ToArray(), after.Vectors[3].ToArray());
    }

    [TestMethod]
    public void ADamagedCacheIsNone()
    {
        using var folder = new SampleFolder();
        var images = Draw(folder);
        Embed(folder, images);
        var whole = File.ReadAllBytes(folder["cache"]);
        byte[] flipped = [.. whole];
        flipped[^100] ^= 1;
        foreach (var damaged in (byte[][])[whole[..^1], whole[..40], [], flipped])
        {
            File.WriteAllBytes(folder["cache"], damaged);
            Assert.AreEqual(0, Embed(folder, images).Cached);
            CollectionAssert.AreEqual(whole, File.ReadAllBytes(folder["cache"]));
        }
    }

    [TestMethod]
    public void AnImageThatWasChangedJustNowIsNotTrusted()
    {
        using var folder = new SampleFolder();
        var images = Draw(folder);
        File.SetLastWriteTimeUtc(Directory.GetFiles(images)[0], DateTime.UtcNow.AddHours(1));
        Embed(folder, images);
        Assert.AreEqual(7, Embed(folder, images).Cached);
    }

    private static string Draw(SampleFolder folder)
    {
        var images = folder.Draw("images", 8);
        foreach (var file in Directory.GetFiles(images))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-1));
        }
        return images;
    }

    // What is reported first is what the cache has.
    private static (int Cached, Gallery Gallery) Embed(SampleFolder folder, string images)
    {
        var reported = new List<int>();
        var (listed, _) = FolderImages.Of(images, ImageFolder.Read(new DirectoryInfo(images)));
        var (gallery, encoder) = new FolderEmbedding(new MLContext(), LabelServerProcess.Model!, folder["cache"])
            .Run(listed, reported.Add, CancellationToken.None);
        encoder.Dispose();
        Assert.AreEqual(8, reported.Sum());
        return (reported[0], gallery);
    }
}
