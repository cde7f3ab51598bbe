using System.Globalization;
using System.Text.Json.Serialization;
using Parquet.Serialization;

namespace Byol.Cli.Tests.Bulk;

/// <summary>Embeddings in Parquet parts: each image once, whatever stops the program, however many share it.</summary>
[TestClass]
public class ParquetPartsTests
{
    private const int Images = 60;
    private const int PartSize = 16;

    private static readonly SampleFolder Shared = new();

    private readonly SampleFolder _folder = new();
    private string _images = "";

    [ClassInitialize]
    public static void MakeModel(TestContext context) => SampleProgram.Succeed(
        [
            "pretrain", "--images", Shared.Draw("images", Images), "--output", Shared["model.onnx"],
            .. SampleFolder.TinyRecipe,
        ]);

    [ClassCleanup]
    public static void RemoveModel() => Shared.Dispose();

    [TestInitialize]
    public void Draw()
    {
        _images = _folder.Draw("images", Images);
        // Its beginning is a picture's; only decoding shows that the rest is missing.
        var whole = File.ReadAllBytes(Directory.GetFiles(_images).Order().First());
        File.WriteAllBytes(Path.Combine(_images, "cut_0.png"), whole[..(whole.Length / 2)]);
    }

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    public async Task PartsHoldWhatTheCsvFileHolds()
    {
        SampleProgram.Succeed(Embed(_folder["parts"]));
        SampleProgram.Succeed(
            "embed", "--model", Shared["model.onnx"], "--images", _images, "--output", _folder["all.csv"]);
        var expected = File.ReadLines(_folder["all.csv"]).Skip(1).Select(line => line.Split(','))
            .ToDictionary(cells => cells[0], cells => cells[1..].Select(Number).ToArray());
        var rows = await RowsAsync(_folder["parts"]);
        Assert.HasCount(Images, rows);
        CollectionAssert.AreEquivalent(expected.Keys, rows.Select(row => row.Path).ToArray());
        foreach (var row in rows)
        {
            foreach (var (value, other) in row.Embedding.Zip(expected[row.Path], (a, b) => (a, b)))
            {
                Assert.AreEqual(other, value, 1e-5);
            }
        }
        var unreadable = File.ReadAllLines(Path.Combine(_folder["parts"], "_unreadable.csv"));
        Assert.HasCount(2, unreadable);
        Assert.StartsWith("cut_0.png,", unreadable[1]);

        static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);
    }

    [TestMethod]
    public async Task AKilledRunGoesOnWhereItWas()
    {
        using (var process = SampleProgram.Start(Embed(_folder["parts"], "--part-size", "1")))
        {
            while (!process.HasExited && Parts(_folder["parts"]).Length < 5)
            {
                await Task.Delay(5);
            }
            process.Kill();
            await process.WaitForExitAsync();
        }
        var before = Parts(_folder["parts"]).ToDictionary(part => part, File.GetLastWriteTimeUtc);
        Assert.IsFalse(File.Exists(Path.Combine(_folder["parts"], "_SUCCESS")));
        File.WriteAllText(Path.Combine(_folder["parts"], ".part-00050.parquet.0123.tmp"), "what a kill may leave");
        SampleProgram.Succeed(Embed(_folder["parts"], "--part-size", "1"));
        Assert.IsEmpty(Directory.GetFiles(_folder["parts"], "*.tmp"));
        Assert.IsTrue(
            before.All(part => File.GetLastWriteTimeUtc(part.Key) == part.Value), "A part was written twice.");
        Assert.IsTrue(File.Exists(Path.Combine(_folder["parts"], "_SUCCESS")));
        var rows = await RowsAsync(_folder["parts"]);
        Assert.HasCount(Images, rows.Select(row => row.Path).Distinct());
        Assert.HasCount(Images, rows);
    }

    [TestMethod]
    public async Task TwoProcessesShareTheParts()
    {
        Assert.AreEqual(2, Run(rank: 0, size: 2));
        Assert.IsFalse(File.Exists(Path.Combine(_folder["parts"], "_SUCCESS")));
        Assert.AreEqual(4, Run(rank: 1, size: 2));
        Assert.IsTrue(File.Exists(Path.Combine(_folder["parts"], "_SUCCESS")));
        Assert.HasCount(Images, (await RowsAsync(_folder["parts"])).Select(row => row.Path).Distinct());

        int Run(int rank, int size)
        {
            var (exitCode, _, error) = SampleProgram.Run(
                Embed(_folder["parts"]),
                new Dictionary<string, string> { ["PMI_RANK"] = $"{rank}", ["PMI_SIZE"] = $"{size}" });
            Assert.AreEqual(0, exitCode, error);
            return Parts(_folder["parts"]).Length;
        }
    }

    [TestMethod]
    public void AnotherJobsFolderIsLeftAlone()
    {
        SampleProgram.Succeed(Embed(_folder["parts"]));
        Assert.Contains(
            $"was begun with parts of {PartSize} images; name a new folder.",
            SampleProgram.Fail(1, Embed(_folder["parts"], "--part-size", "7")));
        File.Delete(Path.Combine(_images, "cut_0.png"));
        Assert.Contains(
            "was begun with other images; name a new folder.", SampleProgram.Fail(1, Embed(_folder["parts"])));
        Assert.Contains(
            "holds other files; name a new folder, or an empty one.", SampleProgram.Fail(1, Embed(_images)));
    }

    [TestMethod]
    public void APictureReplacedUnderItsNameIsAnotherImage()
    {
        SampleProgram.Succeed(Embed(_folder["parts"]));
        var file = Directory.GetFiles(_images).Order().First();
        File.AppendAllText(file, "more");
        Assert.Contains(
            "was begun with other images; name a new folder.", SampleProgram.Fail(1, Embed(_folder["parts"])));
    }

    [TestMethod]
    [DataRow("null")]
    [DataRow("{}")]
    [DataRow("")]
    public void ADamagedManifestIsNamed(string text)
    {
        Directory.CreateDirectory(_folder["parts"]);
        File.WriteAllText(Path.Combine(_folder["parts"], "_manifest.json"), text);
        Assert.Contains("_manifest.json' is damaged", SampleProgram.Fail(1, Embed(_folder["parts"])));
    }

    [TestMethod]
    public void ADamagedPartIsNamedAndWrittenAnewOnceItIsDeleted()
    {
        var all = SampleProgram.Succeed(Embed(_folder["parts"]));
        Assert.Contains($"Wrote {Images} embeddings: all 4 parts are in '{_folder["parts"]}'", all);
        var part = Parts(_folder["parts"]).Order().Last();
        var whole = File.ReadAllBytes(part);
        File.WriteAllBytes(part, whole[..^20]);
        var error = SampleProgram.Fail(1, Embed(_folder["parts"]));
        Assert.Contains($"'{part}' is damaged", error);
        Assert.Contains("delete it", error);
        File.Delete(part);
        SampleProgram.Succeed(Embed(_folder["parts"]));
        CollectionAssert.AreEqual(whole, File.ReadAllBytes(part));
        Assert.Contains("Wrote 0 embeddings: all 4 parts are", SampleProgram.Succeed(Embed(_folder["parts"])));
    }

    [TestMethod]
    public void AFolderOfBrokenImagesHasNoEmbeddings()
    {
        Directory.GetFiles(_images).Where(file => !file.EndsWith("cut_0.png", StringComparison.Ordinal)).ToList()
            .ForEach(File.Delete);
        Assert.Contains("No image under", SampleProgram.Fail(1, Embed(_folder["parts"])));
        Assert.IsFalse(File.Exists(Path.Combine(_folder["parts"], "_SUCCESS")));
        Assert.HasCount(2, File.ReadAllLines(Path.Combine(_folder["parts"], "_unreadable.csv")));
    }

    [TestMethod]
    public void SeveralProcessesHaveNoFileTogether()
    {
        var (exitCode, _, error) = SampleProgram.Run(
            Embed(_folder["parts"], "--json", _folder["results.json"]),
            new Dictionary<string, string> { ["PMI_RANK"] = "1", ["PMI_SIZE"] = "2" });
        Assert.AreEqual(2, exitCode, error);
        Assert.Contains("without --json", error);
    }

    private string[] Embed(string output, params string[] more) =>
    [
        "embed", "--model", Shared["model.onnx"], "--images", _images, "--output", output, "--format", "parquet",
        .. more is [] ? ["--part-size", $"{PartSize}"] : more,
    ];

    private static string[] Parts(string folder) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, "part-*.parquet") : [];

    private static async Task<Row[]> RowsAsync(string folder)
    {
        var rows = new List<Row>();
        foreach (var part in Parts(folder))
        {
            rows.AddRange((await ParquetSerializer.DeserializeAsync<Row>(part)).Data);
        }
        return [.. rows];
    }

    private sealed class Row
    {
        [JsonPropertyName("path")]
        public string Path { get; set; } = "";

        [JsonPropertyName("embedding")]
        public List<float> Embedding { get; set; } = [];
    }
}
