using Byol.Cli.Commands;

namespace Byol.Cli.Tests;

[TestClass]
public class OptionNamesTests
{
    [TestMethod]
    [DataRow("BatchSize", "batch-size")]
    [DataRow("Beta2", "beta2")]
    [DataRow("Conv3x3Stride2", "conv3x3-stride2")]
    [DataRow("BFloat16", "bfloat16")]
    [DataRow("NaN", "nan")]
    [DataRow("AdamW", "adamw")]
    [DataRow("SgdW", "sgdw")]
    [DataRow("OneCycle", "one-cycle")]
    public void ANameIsOneWordWhereItsCapitalsBeginNone(string name, string expected) =>
        Assert.AreEqual(expected, OptionNames.Kebab(name));

    [TestMethod]
    public void NoTwoOptionsShareAName() =>
        CollectionAssert.AllItemsAreUnique(
            OptionNames.All.Select(property => OptionNames.Of(property.Name)).ToArray());
}
