using System.Text;
using Byol.Cli.Labelling.Saving;

namespace Byol.Cli.Tests.Labelling;

/// <summary>Names of folders and files that labels and paths cannot lead astray.</summary>
[TestClass]
public class NewNamesTests
{
    [TestMethod]
    [DataRow("cat", "cat")]
    [DataRow("..", "%2E%2E")]
    [DataRow(".NET", "%2ENET")]
    [DataRow("CON", "%43ON")]
    [DataRow("con.png", "%63on.png")]
    [DataRow("a/b\\c", "a%2Fb%5Cc")]
    [DataRow("what?", "what%3F")]
    [DataRow("end ", "end%20")]
    public void NamesStayBelowTheirFolder(string name, string expected) =>
        Assert.AreEqual(expected, new NewNames().Take(name));

    [TestMethod]
    public void NamesThatDifferInCaseAloneAreNumbered()
    {
        var names = new NewNames();
        string[] taken = [names.Take("a.png"), names.Take("A.png"), names.Take("a.png")];
        CollectionAssert.AreEqual(new[] { "a.png", "A-2.png", "a-3.png" }, taken);
    }

    [TestMethod]
    public void LongNamesFitWhateverTheirLetters()
    {
        var names = new NewNames();
        string[] taken =
        [
            names.Take(new string('猫', 99)),
            names.Take(new string('猫', 99)),
            names.Take($"😀😀{new string('x', 300)}.jpeg"),
        ];
        Assert.IsTrue(taken.All(name => Encoding.UTF8.GetByteCount(name) <= 140), string.Join(", ", taken));
        Assert.HasCount(3, taken.Distinct());
        Assert.EndsWith(".jpeg", taken[2]);
    }
}
