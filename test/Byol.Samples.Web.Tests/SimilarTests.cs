using System.Net;
using System.Net.Http.Json;
using Byol.MLNet.Tests;
using Byol.Samples.Web.Endpoints;
using Byol.Samples.Web.Similar;
using Byol.Samples.Web.Tests.Support;

namespace Byol.Samples.Web.Tests;

[TestClass]
public class SimilarTests
{
    [TestMethod]
    public async Task APictureOfTheIndexIsItsOwnNearest()
    {
        using var service = await Service.Start(("Model:Index", ModelFiles.Index));
        using var client = service.CreateClient();
        foreach (var path in ModelFiles.Pictures.Take(5))
        {
            var answer = await client.PostAsync("/similar?count=3", Requests.Raw(File.ReadAllBytes(path)));
            var images = (await answer.Content.ReadFromJsonAsync<SimilarResponse>())!.Images;
            Assert.HasCount(3, images);
            Assert.AreEqual(Path.GetFileName(path), images[0].Image);
            Assert.AreEqual(1, images[0].Cosine, 1e-4);
            Assert.IsTrue(images[0].Cosine >= images[1].Cosine && images[1].Cosine >= images[2].Cosine);
        }
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(" ")]
    public async Task WithoutAnIndexTheServiceSaysHowToHaveOne(string none)
    {
        using var service = await Service.Start(("Model:Index", none));
        Assert.IsTrue(service.Models.IsLoaded);
        using var client = service.CreateClient();
        var picture = Requests.Raw([1, 2, 3]);
        var answer = await client.PostAsync("/similar", picture);
        Assert.Contains("Model:Index", await answer.ReadProblem(HttpStatusCode.NotImplemented));
    }

    [TestMethod]
    public void TheNearestAreThoseOfTheCosine()
    {
        var index = Read("\"a, \"\"b\"\".png\",3,0", "c.png,0,5", "d.png,-1,0", "e.png,1,1", "zero.png,0,0");
        var nearest = index.Nearest([2, 0.1f], 3);
        CollectionAssert.AreEqual(
            new[] { "a, \"b\".png", "e.png", "c.png" }, nearest.Select(image => image.Image).ToArray());
        Assert.AreEqual(2 / Math.Sqrt(4.01), nearest[0].Cosine, 1e-5);
        Assert.HasCount(5, index.Nearest([2, 0.1f], 100));
    }

    [TestMethod]
    [DataRow("a.png,1", "line 2 of the index")]
    [DataRow("a.png,1,2,3", "line 2 of the index")]
    [DataRow("a.png,1,two", "line 2 of the index")]
    [DataRow("a.png,1,NaN", "line 2 of the index")]
    [DataRow("a.png", "line 2 of the index")]
    [DataRow("\"a.png,1,2", "line 2 of the index")]
    [DataRow("", "holds no image")]
    [DataRow(null, "holds no image")]
    public void ADamagedIndexIsTold(string? line, string sentence)
    {
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => line is null ? Read() : Read(line));
        Assert.Contains(sentence, exception.Message);
    }

    private static EmbeddingIndex Read(params string[] lines)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder["index.csv"], ["image,e0,e1", .. lines]);
        return EmbeddingIndex.Read(folder["index.csv"], dimension: 2);
    }
}
