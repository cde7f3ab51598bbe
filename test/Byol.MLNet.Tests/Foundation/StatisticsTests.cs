using Byol.MLNet.Foundation;

namespace Byol.MLNet.Tests.Foundation;

[TestClass]
public class StatisticsTests
{
    [TestMethod]
    public void DeviationIsThatOfASample()
    {
        Assert.AreEqual(Math.Sqrt(2.5), Statistics.SampleDeviation([5, 1, 4, 2, 3]), 1e-12);
        Assert.AreEqual(0, Statistics.SampleDeviation([5]));
    }

    [TestMethod]
    public void MedianIsTheMiddleBySize()
    {
        Assert.AreEqual(3, Statistics.Median([9, 1, 3]));
        Assert.AreEqual(3, Statistics.Median([9, 1, 2, 3]));
        Assert.ThrowsExactly<ArgumentException>(() => Statistics.Median(Array.Empty<int>()));
    }
}
