using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
using Byol.MLNet.Views;

namespace Byol.MLNet.Tests.Views;

[TestClass]
public class ViewAugmenterTests
{
    private const int Side = 32;

    [TestMethod]
    public void TheSecondViewCanHaveBlurAndSolarisationOfItsOwn()
    {
        var recipe = ByolRecipe.Walkthrough.Views with
        {
            BlurProbability = 0,
            SecondBlurProbability = 1,
            SecondSolarizeProbability = 1,
        };
        float[] Draw(bool isSecond)
        {
            var view = new float[3 * Side * Side];
            new ViewAugmenter(recipe, Side, Normalization.ImageNet).Draw(
                Noise(), Side, RandomStream.For(RandomPurpose.View, 1), view, isSecond);
            return view;
        }

        var plain = Draw(isSecond: false);
        CollectionAssert.AreNotEqual(plain, Draw(isSecond: true));
        recipe = recipe with { SecondBlurProbability = null, SecondSolarizeProbability = null };
        CollectionAssert.AreEqual(plain, Draw(isSecond: true), "Null means the same as the first view's.");
    }

    [TestMethod]
    public void SameStreamGivesTheSameViewAndOtherViewsAndImagesOthers()
    {
        float[] Draw(int seed, int epoch, int image, int view)
        {
            var result = new float[3 * Side * Side];
            new ViewAugmenter(ByolRecipe.Walkthrough.Views, Side, Normalization.ImageNet).Draw(
                Noise(), Side, RandomStream.For(RandomPurpose.View, seed, epoch, image, view), result);
            return result;
        }

        CollectionAssert.AreEqual(Draw(1, 2, 3, 0), Draw(1, 2, 3, 0));
        foreach (var other in new[] { Draw(2, 2, 3, 0), Draw(1, 3, 3, 0), Draw(1, 2, 4, 0), Draw(1, 2, 3, 1) })
        {
            CollectionAssert.AreNotEqual(Draw(1, 2, 3, 0), other);
        }
    }

    [TestMethod]
    public void WithoutAugmentationAViewIsTheNormalizedImage()
    {
        var recipe = ByolRecipe.Walkthrough.Views with
        {
            CropAreaMinimum = 1,
            CropAspect = 1,
            FlipProbability = 0,
            JitterProbability = 0,
            GreyProbability = 0,
            BlurProbability = 0,
        };
        var view = new float[3 * Side * Side];
        var image = Noise();
        var normalization = Normalization.ImageNet;
        new ViewAugmenter(recipe, Side, normalization)
            .Draw(image, Side, RandomStream.For(RandomPurpose.View, 1), view);
        for (var channel = 0; channel < 3; channel++)
        {
            for (var i = 0; i < Side * Side; i++)
            {
                var expected = (image[channel * Side * Side + i] / 255.0 - normalization.Mean[channel])
                    / normalization.StandardDeviation[channel];
                Assert.AreEqual(expected, view[3 * i + channel], 1e-4);
            }
        }
    }

    [TestMethod]
    public void CropIsAFractionOfTheAreaWithinTheAspect()
    {
        var augmenter = new ViewAugmenter(
            new ByolViewRecipe { CropAreaMinimum = 0.25, CropAreaMaximum = 0.25 }, Side, Normalization.ImageNet);
        var tops = new HashSet<int>();
        for (var image = 0; image < 500; image++)
        {
            var crop = augmenter.DrawCrop(100, RandomStream.For(RandomPurpose.View, 1, 0, image));
            Assert.AreEqual(2500, crop.Width * crop.Height, 80, "A quarter of the area, not of the side.");
            Assert.IsInRange(0.73, 1.37, (double)crop.Width / crop.Height);
            Assert.IsTrue(
                crop.Top >= 0 && crop.Left >= 0 && crop.Top + crop.Height <= 100 && crop.Left + crop.Width <= 100);
            tops.Add(crop.Top);
        }
        Assert.IsGreaterThan(30, tops.Count, "The place is drawn too.");
    }

    [TestMethod]
    public void JitterOrderIsDrawnFromAllOrders()
    {
        var orders = Enumerable.Range(0, 1000)
            .Select(
                image => string.Join(
                    ",", ViewAugmenter.DrawJitterOrder(RandomStream.For(RandomPurpose.View, 1, 0, image))))
            .GroupBy(order => order)
            .ToDictionary(group => group.Key, group => group.Count());
        Assert.HasCount(24, orders);
        Assert.IsTrue(orders.Values.All(count => count is > 15 and < 80), string.Join(" ", orders.Values));
    }

    [TestMethod]
    [DataRow(32, 3)]
    [DataRow(64, 7)]
    [DataRow(224, 23)]
    public void BlurKernelIsATenthOfTheSideAndOdd(int size, int kernel) =>
        Assert.AreEqual(kernel, ViewAugmenter.BlurKernel(size));

    [TestMethod]
    public void RotationByAFullTurnChangesNothingAndByAQuarterMovesCorners()
    {
        var picture = Noise().Select(value => value / 255f).ToArray();
        var turned = picture.ToArray();
        PixelOperations.Rotate(turned, Side, 360, new float[turned.Length]);
        Assert.IsLessThan(1e-3f, picture.Zip(turned, (a, b) => Math.Abs(a - b)).Max());
        PixelOperations.Rotate(turned, Side, 90, new float[turned.Length]);
        Assert.AreEqual(picture[0], turned[(Side - 1) * Side], 1e-3f);
    }

    private static byte[] Noise() =>
        [.. Golden.GoldenValues.Unit(3 * Side * Side, 9).Select(value => (byte)((value + 1) * 127.5))];
}
