using Byol.Architecture.Tests.Rooms;

namespace Byol.Architecture.Tests;

/// <summary>What the tests of the rooms would find.</summary>
[TestClass]
public class RoomGraphTests
{
    private static readonly RoomPlan Plan = new(new Dictionary<string, string[]>
    {
        ["Low"] = [],
        ["Middle"] = ["Low"],
        ["High"] = ["Middle", "Low"],
    });

    [TestMethod]
    public void AnArrowAgainstThePlanIsFound()
    {
        var graph = new RoomGraph([Arrow("High", "Low"), Arrow("Low", "Middle"), Arrow("Middle", "Middle")]);
        Assert.AreEqual("Low → Middle: LowType → MiddleType (in Run)", graph.AgainstPlan(Plan).Single().ToString());
    }

    [TestMethod]
    public void ARoomThatThePlanLacksMayUseNothingAndIsUsedByNothing()
    {
        var graph = new RoomGraph([Arrow("Cellar", "Low"), Arrow("High", "Cellar")]);
        Assert.HasCount(2, graph.AgainstPlan(Plan));
    }

    [TestMethod]
    public void AShortestCycleIsNamed()
    {
        var graph = new RoomGraph(
        [
            Arrow("High", "Middle"), Arrow("Middle", "Low"), Arrow("Low", "High"), Arrow("Low", "Middle"),
        ]);
        Assert.AreEqual("Low → Middle → Low", string.Join(" → ", graph.Cycle()));
        Assert.IsEmpty(new RoomGraph([Arrow("High", "Middle"), Arrow("High", "Low"), Arrow("Middle", "Low")]).Cycle());
    }

    [TestMethod]
    public void ThePlanItselfHasNoCycle() => Assert.IsEmpty(new RoomGraph([.. RoomPlan.OfTheLibrary.Arrows]).Cycle());

    [TestMethod]
    public void AFolderBelongsToTheRoomThatHoldsIt()
    {
        Assert.AreEqual("Pretraining/Methods", RoomPlan.OfTheLibrary.RoomOf("Pretraining/Methods/Byol"));
        Assert.AreEqual("Pretraining", RoomPlan.OfTheLibrary.RoomOf("Pretraining"));
        Assert.AreEqual("Cellar/Wine", RoomPlan.OfTheLibrary.RoomOf("Cellar/Wine"));
    }

    [TestMethod]
    public void TheDiagramLeavesOutWhatFollows()
    {
        var graph = new RoomGraph([Arrow("High", "Middle"), Arrow("High", "Low"), Arrow("Middle", "Low")]);
        Assert.AreEqual("graph TD\n  High --> Middle\n  Middle --> Low\n", graph.ToMermaid());
    }

    [TestMethod]
    public void UsesOfEachKindAreRead()
    {
        var rooms = AssemblyRooms.Read(typeof(Probes.User).Assembly.Location, new Dictionary<string, string>
        {
            ["Byol.Architecture.Tests.Probes"] = "Used",
            ["Byol.Architecture.Tests.Probes.User"] = "User",
        });
        var used = rooms.Arrows.Where(arrow => arrow.From == "User")
            .Select(arrow => $"{arrow.ToType} in {arrow.Member}");
        CollectionAssert.IsSubsetOf(Probes.User.Expected, used.Distinct().ToArray());
    }

    [TestMethod]
    public void UsingDirectivesAreArrows()
    {
        const string Source = "using System;\nusing Byol.MLNet.Middle;\nusing static Byol.MLNet.High.Inner.Type;\n";
        Assert.AreEqual("Low → Middle, Low → High", Usings(Source));
    }

    [TestMethod]
    [DataRow("    using Byol.MLNet.Middle;\n")]
    [DataRow("global using Byol.MLNet.Middle;\n")]
    [DataRow("using Alias = Byol.MLNet.Middle.Thing;\n")]
    [DataRow("using static global::Byol.MLNet.Middle.Thing;\n")]
    public void UsingDirectivesOfEachFormAreArrows(string source) =>
        Assert.Contains("Low → Middle", Usings(source));

    [TestMethod]
    [DataRow("public static double Hole => Middle.Thing.Constant;")]
    [DataRow("public static string Hole => nameof(Byol.MLNet.Middle.Thing);")]
    [DataRow("public static double Hole => global::Byol.MLNet.Middle.Thing.Constant;")]
    [DataRow("public static double Hole => MLNet.Middle.Thing.Constant;")]
    [DataRow("public static string Hole => $\"{Middle.Thing.Constant}\";")]
    [DataRow("// a comment\npublic Middle.Thing Hole => new(\"//\", '\"');")]
    public void TypesThatAreNamedByTheirRoomAreArrows(string source) => Assert.AreEqual("Low → Middle", Usings(source));

    [TestMethod]
    [DataRow("// Middle.Thing")]
    [DataRow("/* Middle.Thing\n Middle.Thing */")]
    [DataRow("/// <see cref=\"Middle.Thing\"/>")]
    [DataRow("var text = \"Middle.Thing\";")]
    [DataRow("var text = @\"a \"\" Middle.Thing\";")]
    [DataRow("var text = options.Middle.Thing;")]
    [DataRow("var text = Middle.Nothing;")]
    public void WordsThatAreSpeltAlikeAreNone(string source) => Assert.AreEqual("", Usings(source));

    [TestMethod]
    public void DeclarationsAreFoundInSources()
    {
        const string Source = """
            namespace Some.Room;

            public sealed partial class First<TKey, TValue> : IDisposable
            {
                private sealed class Inner;
            }
            internal readonly record struct Second(int Value);
            public delegate Task<int> Third(string name);
            """;
        var types = SourceTypes.Scan("Room/Inner/File.cs", Source).ToList();
        Assert.AreEqual(
            "Some.Room.First`2 Some.Room.Second Some.Room.Third", string.Join(' ', types.Select(type => type.Name)));
        Assert.IsTrue(types.All(type => type.Folder == "Room/Inner"));
        Assert.AreEqual("True False True", string.Join(' ', types.Select(type => type.IsPublic)));
    }

    private static string Usings(string source)
    {
        var usings = new SourceUsings(
            Plan, [new SourceType("Byol.MLNet.Middle.Thing", "Middle", "Middle/Thing.cs", IsPublic: false)]);
        return string.Join(", ", usings.Scan("Low/File.cs", source).Select(arrow => $"{arrow.From} → {arrow.To}"));
    }

    private static Arrow Arrow(string from, string to) => new(from, to, from + "Type", to + "Type", "Run");
}
