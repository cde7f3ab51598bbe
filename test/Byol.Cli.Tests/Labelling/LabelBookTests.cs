using Byol.Cli.Labelling.Labels;

namespace Byol.Cli.Tests.Labelling;

/// <summary>Labels, undo and redo, all of it in the file.</summary>
[TestClass]
public class LabelBookTests
{
    [TestMethod]
    public void UndoAndRedoGoBackAndForthAndAreInTheFile()
    {
        using var folder = new SampleFolder();
        var path = new FileInfo(folder["x.csv"]);
        using (var file = LabelFile.Open(path))
        {
            var book = new LabelBook(file);
            book.Give(["a", "b"], "cat");
            book.Give(["b", "c"], "dog");
            book.Give(["a"], null);
            AssertLabels(book, ("b", "dog"), ("c", "dog"));
            book.Undo();
            book.Undo();
            AssertLabels(book, ("a", "cat"), ("b", "cat"));
            book.Redo();
            AssertLabels(book, ("a", "cat"), ("b", "dog"), ("c", "dog"));
            Assert.IsTrue(book.CanUndo && book.CanRedo);
            book.Give(["c"], "cow");
            Assert.IsFalse(book.CanRedo);
        }
        using var again = LabelFile.Open(path);
        AssertLabels(new LabelBook(again), ("a", "cat"), ("b", "dog"), ("c", "cow"));
    }

    [TestMethod]
    public void ALabelThatIsThereAlreadyAddsNoLineAndNoUndo()
    {
        using var folder = new SampleFolder();
        using var file = LabelFile.Open(new FileInfo(folder["x.csv"]));
        var book = new LabelBook(file);
        book.Give(["a"], "cat");
        var length = new FileInfo(folder["x.csv"]).Length;
        book.Give(["a", "a"], "cat");
        Assert.AreEqual(length, new FileInfo(folder["x.csv"]).Length);
        book.Undo();
        Assert.IsFalse(book.CanUndo);
    }

    [TestMethod]
    public void LabelsStayAsTheyWereWhereTheFileCannotBeWritten()
    {
        using var folder = new SampleFolder();
        using var file = LabelFile.Open(new FileInfo(folder["x.csv"]));
        var book = new LabelBook(file);
        book.Give(["a"], "cat");
        File.Delete(folder["x.csv"]);
        Assert.ThrowsExactly<IOException>(() => book.Give(["b"], "dog"));
        Assert.ThrowsExactly<IOException>(book.Undo);
        AssertLabels(book, ("a", "cat"));
        CollectionAssert.AreEqual(new[] { "cat" }, book.Classes.ToArray());
        Assert.IsTrue(book.CanUndo);
    }

    [TestMethod]
    public void ClassesKeepTheirPlacesAndLabelsOfOtherImagesAreCounted()
    {
        using var folder = new SampleFolder();
        File.WriteAllText(folder["x.csv"], "path,label,time\ngone,cow,\na,cat,\na,dog,\nb,cat,\nb,,\n");
        using var file = LabelFile.Open(new FileInfo(folder["x.csv"]));
        var book = new LabelBook(file);
        CollectionAssert.AreEqual(new[] { "cow", "dog" }, book.Classes.ToArray());
        book.Give(["b"], "cat");
        book.Undo();
        CollectionAssert.AreEqual(new[] { "cow", "dog", "cat" }, book.Classes.ToArray());

        var board = Board.Of(book, new Dictionary<string, int> { ["a"] = 0, ["b"] = 1 });
        Assert.AreEqual(1, board.Elsewhere);
        CollectionAssert.AreEqual(new[] { 1, Board.None }, board.Labels.ToArray());
        CollectionAssert.AreEqual(new[] { 0, 1, 0 }, board.Count().Select(label => label.Count).ToArray());
        Assert.Contains("gone,cow", File.ReadAllText(folder["x.csv"]));
    }

    private static void AssertLabels(LabelBook book, params (string Path, string Label)[] expected) =>
        CollectionAssert.AreEquivalent(
            expected, book.Labels.Select(label => (label.Key, label.Value)).ToArray());
}
