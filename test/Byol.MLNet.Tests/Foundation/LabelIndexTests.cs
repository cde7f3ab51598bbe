using Byol.MLNet.Foundation;

namespace Byol.MLNet.Tests.Foundation;

[TestClass]
public class LabelIndexTests
{
    [TestMethod]
    public void LabelsAreNumberedInOrdinalOrder()
    {
        var index = new LabelIndex(["b", "a", "B", "b"]);
        CollectionAssert.AreEqual(new[] { "B", "a", "b" }, index.Labels.ToArray());
        CollectionAssert.AreEqual(new[] { 2, 0 }, index.NumbersOf(["b", "B"]).ToArray());
        Assert.IsNull(index.FirstUnknown(["a", "b"]));
        Assert.AreEqual("c", index.FirstUnknown(["a", "c"]));
    }
}
