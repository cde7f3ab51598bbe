namespace Byol.Architecture.Tests;

/// <summary>What holds for the text of all source files.</summary>
[TestClass]
public class HouseRuleTests
{
    private const int LongestLine = 120;
    private const int LongestFile = 250;

    private static readonly IReadOnlyList<(string Name, string[] Lines)> Files =
        [.. Repository.Files(Repository.Root).Where(IsText).Select(file => (file, ReadLines(file)))];

    [TestMethod]
    public void TheSourcesAreRead()
    {
        foreach (var file in new[] { "eng/test.sh", "eng/Common.props", ".ci/run", "src/Byol.MLNet/Byol.MLNet.csproj" })
        {
            Assert.Contains(file, Files.Select(read => read.Name));
        }
        Assert.IsGreaterThan(200, Files.Count);
    }

    [TestMethod]
    public void NoLineIsLongerThan120Columns() =>
        Faults.AssertNone(FindLines(line => line.Length > LongestLine));

    [TestMethod]
    public void NoSourceFileIsLongerThan250Lines() => Faults.AssertNone(
        from file in Files
        where file.Name.StartsWith("src/", StringComparison.Ordinal)
            && file.Name.EndsWith(".cs", StringComparison.Ordinal)
        where file.Lines.Length > LongestFile
        select $"{file.Name}: {file.Lines.Length} lines");

    [TestMethod]
    public void NothingIsLeftToDo() => Faults.AssertNone(FindLines(line =>
        new[] { "TO" + "DO", "FIX" + "ME", "HA" + "CK:" }.Any(word => line.Contains(word, StringComparison.Ordinal))));

    [TestMethod]
    public void NoFileTurnsNullChecksOrWarningsOff() => Faults.AssertNone(FindLines(line =>
        line.TrimStart().StartsWith("#pragma warning disable", StringComparison.Ordinal)
        || line.TrimStart().StartsWith("#nullable disable", StringComparison.Ordinal)));

    private static IEnumerable<string> FindLines(Func<string, bool> isFault) =>
        from file in Files
        from line in file.Lines.Index()
        where isFault(line.Item)
        select $"{file.Name}:{line.Index + 1}: {line.Item.Length} columns: {line.Item.Trim()}";

    private static bool IsText(string file) =>
        file == ".ci/run" || Path.GetExtension(file) is ".cs" or ".sh" or ".csproj" or ".props" or ".targets";

    private static string[] ReadLines(string file) => File.ReadAllLines(Path.Combine(Repository.Root, file));
}
