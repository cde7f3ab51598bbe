using Byol.Architecture.Tests.Rooms;

namespace Byol.Architecture.Tests;

/// <summary>The library's rooms use one another as the plan says, and in one direction.</summary>
[TestClass]
public class RoomTests
{
    private static readonly IReadOnlyList<SourceType> Sources = SourceTypes.Scan(Repository.Core);
    private static readonly AssemblyRooms Read = AssemblyRooms.Read(Repository.CoreAssembly, RoomsByType());
    private static readonly RoomGraph Graph =
        new([.. Read.Arrows, .. SourceUsings.Scan(Repository.Core, RoomPlan.OfTheLibrary)]);

    private static readonly string Document =
        File.ReadAllText(Path.Combine(Repository.Root, "docs", "architecture.md")).ReplaceLineEndings("\n");

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void EachTypeIsDeclaredInARoom()
    {
        Assert.IsGreaterThan(100, Sources.Count);
        Assert.IsEmpty(Read.Unknown);
    }

    [TestMethod]
    public void NoArrowIsAgainstThePlan() => Faults.AssertNone(Graph.AgainstPlan(RoomPlan.OfTheLibrary));

    [TestMethod]
    public void TheDiagramInTheDocumentIsTheGraph()
    {
        TestContext.WriteLine(Graph.ToMermaid());
        Assert.AreEqual(Graph.ToMermaid(), Document.Split("```mermaid\n")[1].Split("```")[0]);
    }

    [TestMethod]
    public void EachRoomOfTheDocumentSaysWhatItUses()
    {
        string[][] rows =
        [
            .. Document.Split('\n').SkipWhile(line => line != "| room | what is in it | uses |").Skip(2)
                .TakeWhile(line => line.StartsWith('|'))
                .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)),
        ];
        CollectionAssert.AreEquivalent(
            RoomPlan.OfTheLibrary.Rooms.Where(room => !room.Contains('/', StringComparison.Ordinal))
                .Select(room => room == RoomPlan.Root ? "the root" : room)
                .ToArray(),
            rows.Select(row => row[0]).ToArray());
        Faults.AssertNone(rows.Where(row => row[^1].Length == 0).Select(row => row[0]));
    }

    [TestMethod]
    public void NoCycle()
    {
        Assert.IsEmpty(Graph.Cycle(), string.Join(" → ", Graph.Cycle()));
    }

    [TestMethod]
    public void OnlyWhoPutsAllTogetherTakesAllOptions() =>
        Faults.AssertNone(Graph.ToTypeFromElsewhere("ByolOptions", RoomPlan.MayTakeAllOptions));

    [TestMethod]
    public void InternalTypesAreInTheNamespaceOfTheirFolder() =>
        Faults.AssertNone(Sources.Where(type => !type.IsPublic && type.Folder != RoomPlan.Root)
            .Where(type => NamespaceOf(type) != "Byol.MLNet." + type.Folder.Replace('/', '.')));

    [TestMethod]
    public void PublicTypesAreInFilesOfTheirNames() =>
        Faults.AssertNone(Sources.Where(type => type.IsPublic)
            .Where(type => Path.GetFileName(type.File).Split('.')[0] != type.Name.Split('.')[^1].Split('`')[0]));

    private static Dictionary<string, string> RoomsByType()
    {
        var rooms = Sources
            .Select(type => (type.Name, Room: RoomPlan.OfTheLibrary.RoomOf(type.Folder)))
            .Distinct()
            .ToDictionary(type => type.Name, type => type.Room);
        // The sources of these types are made by the build.
        rooms["Byol.MLNet.Onnx.Format"] = "Onnx";
        return rooms;
    }

    private static string NamespaceOf(SourceType type) => type.Name[..type.Name.LastIndexOf('.')];
}
