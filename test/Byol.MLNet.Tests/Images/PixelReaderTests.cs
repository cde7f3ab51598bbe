using Byol.MLNet.Images;
using Microsoft.ML;

namespace Byol.MLNet.Tests.Images;

[TestClass]
public class PixelReaderTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void PixelsOfTwoSizesAreThoseOfTwoPasses()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["damaged.png"], "no picture");
        var files = TestPictures.Files(folder.Path, 3);
        FileRow[] rows = [files[0], new() { Image = folder["damaged.png"] }, files[1], files[2]];
        using var small = new FrontEnd(_mlContext.Transforms, 16);
        using var large = new FrontEnd(_mlContext.Transforms, 48);
        var both = Read(rows, small, large);
        Assert.HasCount(4, both);
        Assert.IsNull(both[1].Pixels);
        Assert.IsNull(both[1].OtherPixels);
        var (first, second) = (Read(rows, small), Read(rows, large));
        foreach (var i in (int[])[0, 2, 3])
        {
            CollectionAssert.AreEqual(first[i].Pixels, both[i].Pixels);
            CollectionAssert.AreEqual(second[i].Pixels, both[i].OtherPixels);
        }
    }

    private IReadOnlyList<PixelRow> Read(FileRow[] files, FrontEnd frontEnd, FrontEnd? other = null)
    {
        using var reader = PixelReader.Open(
            _mlContext.Data.LoadFromEnumerable(files), "Image", frontEnd, maxImagePixels: 1 << 20, other: other);
        var rows = reader.Next(10);
        reader.Decode(rows);
        return rows;
    }
}
