using Byol.Cli.Data;

namespace Byol.Cli.Tests;

[TestClass]
public class ShapePicturesTests
{
    [TestMethod]
    public void SameSeedDrawsTheSamePicturesOfAllShapes()
    {
        var first = ShapePictures.Draw(30, seed: 1);
        var again = ShapePictures.Draw(30, seed: 1);
        var other = ShapePictures.Draw(30, seed: 2);
        Assert.IsTrue(first.Zip(again).All(pair => pair.First.Image.Pixels.SequenceEqual(pair.Second.Image.Pixels)));
        Assert.IsTrue(first.Zip(other).All(pair => !pair.First.Image.Pixels.SequenceEqual(pair.Second.Image.Pixels)));
        Assert.IsGreaterThanOrEqualTo(8, ShapePictures.ClassCount);
        Assert.HasCount(ShapePictures.ClassCount, first.Select(picture => picture.Label).Distinct());
    }

    private const int Neighbours = 100;

    [TestMethod]
    public void PixelsHardlyTellTheShapes()
    {
        // What varies beside the shape must fool the nearest pictures, or the quick start would show nothing.
        var (bank, queries) = (ShapePictures.Draw(500, seed: 11), ShapePictures.Draw(200, seed: 12));
        var vectors = bank.Select(Values).ToArray();
        var right = queries.Count(query =>
        {
            var values = Values(query);
            var votes = Enumerable.Range(0, vectors.Length)
                .Select(
                    i => (
                        bank[i].Label,
                        Cosine: System.Numerics.Tensors.TensorPrimitives.CosineSimilarity<float>(vectors[i], values)))
                .OrderByDescending(neighbour => neighbour.Cosine).Take(Neighbours)
                .GroupBy(neighbour => neighbour.Label, neighbour => Math.Exp(neighbour.Cosine / 0.1));
            return votes.MaxBy(label => label.Sum())!.Key == query.Label;
        });
        Assert.IsInRange(10, 80, right, "Chance is 20 of 200.");

        static float[] Values(ShapePicture picture) =>
            [.. picture.Image.Pixels.ToArray().Where((_, i) => i % 4 != 3).Select(value => (float)value)];
    }

    [TestMethod]
    public void SampleIsDrawnOverAllImages()
    {
        LabelledImage[] images = [.. Enumerable.Range(0, 1000).Select(i => new LabelledImage { Image = $"{i}" })];
        var sample = ImageFolder.Sample(images, 100, seed: 1)
            .Select(image => int.Parse(image.Image, System.Globalization.CultureInfo.InvariantCulture))
            .ToArray();
        Assert.HasCount(100, sample.Distinct());
        Assert.IsInRange(350, 650, sample.Average(), "The first ones would give 50.");
    }
}
