namespace Byol.Samples.Tests;

[TestClass]
public class SampleTests
{
    private static readonly string Before = Environment.CurrentDirectory;

    private static DirectoryInfo _folder = null!;

    public static IEnumerable<string> Quick => Sample.All.Where(sample => sample.IsQuick).Select(sample => sample.Name);

    [ClassInitialize]
    public static void DrawPhotos(TestContext context)
    {
        _folder = Directory.CreateTempSubdirectory("byol-samples-tests-");
        DrawnPhotos.WriteTo(_folder.FullName);
        Environment.CurrentDirectory = _folder.FullName;
    }

    [ClassCleanup]
    public static void RemovePhotos()
    {
        Environment.CurrentDirectory = Before;
        _folder.Delete(recursive: true);
    }

    [TestMethod]
    [DynamicData(nameof(Quick))]
    public void SampleRuns(string name)
    {
        using var printed = new StringWriter();
        var console = Console.Out;
        Console.SetOut(printed);
        try
        {
            Sample.All.Single(sample => sample.Name == name).Run();
        }
        finally
        {
            Console.SetOut(console);
        }
        if (name is "checkpoints")
        {
            Assert.Contains("Stopped: True, after step 3", printed.ToString());
            Assert.Contains("Went on from step 3 to step 12", printed.ToString());
        }
        else if (name is "evaluation")
        {
            Assert.IsTrue(File.Exists("evaluation.html"));
            Assert.Contains("Lbfgs on trained: ", printed.ToString());
        }
        else
        {
            Assert.AreNotEqual("", printed.ToString());
        }
    }
}
