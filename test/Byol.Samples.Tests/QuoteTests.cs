using System.Diagnostics;
using Byol.MLNet.Tests;

namespace Byol.Samples.Tests;

/// <summary><c>eng/docs.sh --check</c>, which is written for bash.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public class QuoteTests
{
    private const string Marker = "<!-- quote: src/Byol.Samples/Photo.cs#prediction -->";

    [TestMethod]
    public void AllCodeInTheDocumentsIsThatOfTheSamples()
    {
        var (code, errors) = Check();
        Assert.AreEqual("", errors);
        Assert.AreEqual(0, code);
    }

    [TestMethod]
    [DataRow("```csharp\nvar x = 1;\n```\n", "without a line <!-- quote: FILE#REGION -->")]
    [DataRow(Marker + "\n```csharp\nvar x = 1;\n```\n", "a quote is stale")]
    [DataRow(Marker + "\ntext\n", "no C# code after")]
    [DataRow("<!-- quote: src/Byol.Samples/Photo.cs#nowhere -->\n```csharp\n```\n", "no region nowhere")]
    public void OtherCodeIsFound(string text, string expected)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, text);
            var (code, errors) = Check(file);
            Assert.AreEqual(1, code);
            Assert.Contains(expected, errors);
            Assert.AreEqual(text, File.ReadAllText(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static (int Code, string Errors) Check(params string[] files)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Checkout.Root, "eng", "docs.sh"), "--check", .. files])
        {
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors);
    }
}
