using System.Text.Json;

namespace Byol.Cli.Tests.Labelling;

/// <summary>A session with the program, as the page has one.</summary>
[TestClass]
public class LabelServerTests
{
    [TestMethod]
    public async Task LabelsAreLearntSavedAndExported()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 60);
        File.WriteAllText(Path.Combine(images, "broken.png"), "no picture");
        File.WriteAllText(folder["my.labels.csv"], "path,label,time\nelsewhere.png,circle,\n");
        using var server = new LabelServerProcess(images, folder["my.labels.csv"]);
        var state = await server.WaitUntilReadyAsync();
        Assert.AreEqual("ready", state.GetProperty("phase").GetString(), state.ToString());
        Assert.AreEqual(60, state.GetProperty("images").GetInt32());
        Assert.AreEqual(1, state.GetProperty("unreadable").GetInt32());
        Assert.AreEqual(1, state.GetProperty("elsewhere").GetInt32());
        state = await server.WaitAsync(now => now.GetProperty("proposal").GetArrayLength() > 0);
        Assert.AreEqual(20, state.GetProperty("proposal").GetArrayLength());
        Assert.AreEqual(409, (int)(await server.PostAsync("save")).StatusCode);
        Assert.AreEqual(409, (int)(await server.PostAsync("export")).StatusCode);

        string[] paths = [.. Strings(await server.GetAsync("images"), "paths")];
        foreach (var shape in paths.Select(ShapeOf).Distinct())
        {
            var ids = paths.Index().Where(path => ShapeOf(path.Item) == shape).Select(path => path.Index).Take(5);
            (await server.LabelAsync(shape, [.. ids])).EnsureSuccessStatusCode();
        }
        var labelled = File.ReadAllLines(folder["my.labels.csv"]).Length - 2;
        state = await server.WaitAsync(now =>
            now.GetProperty("classifier") is { ValueKind: JsonValueKind.Object } fitted
            && fitted.GetProperty("trained").GetInt32() == labelled
            && fitted.GetProperty("heldBack").GetInt32() > 0);
        Assert.AreEqual(labelled, state.GetProperty("labelled").GetInt32());
        var rows = await server.GetAsync("rows");
        Assert.AreEqual(60, rows.GetProperty("predicted").GetArrayLength());

        foreach (var tab in new[] { "unlabelled", "unsure", "sure" })
        {
            var ids = (await server.GetAsync($"order?tab={tab}")).GetProperty("ids").EnumerateArray()
                .Select(id => rows.GetProperty("labels")[id.GetInt32()].GetInt32());
            CollectionAssert.AreEqual(Enumerable.Repeat(-1, 60 - labelled).ToArray(), ids.ToArray(), tab);
        }
        var found = await server.GetAsync("order?tab=all&class=circle&text=CIRCLE_");
        Assert.AreEqual(5, found.GetProperty("ids").GetArrayLength());

        var saved = await JsonOf(await server.PostAsync("save"));
        Assert.AreEqual(folder["my.classifier.zip"], saved.GetProperty("file").GetString());
        SampleProgram.Succeed(
            "predict", "--pipeline", folder["my.classifier.zip"], "--images", images, "--output",
            folder["predicted.csv"]);
        var names = Names(state);
        var predicted = File.ReadAllLines(folder["predicted.csv"])[1..]
            .Select(line => line.Split(','))
            .ToDictionary(values => values[0], values => values[1]);
        foreach (var (image, path) in paths.Index())
        {
            Assert.AreEqual(names[rows.GetProperty("predicted")[image].GetInt32()], predicted[path], path);
        }

        var exported = await JsonOf(await server.PostAsync("export"));
        Assert.AreEqual(labelled, exported.GetProperty("copied").GetInt32());
        var again = await JsonOf(await server.PostAsync("export"));
        Assert.AreEqual(folder["my.labelled"], exported.GetProperty("folder").GetString());
        Assert.AreEqual(folder["my.labelled-2"], again.GetProperty("folder").GetString());
        File.Delete(Path.Combine(images, paths[rows.GetProperty("labels").EnumerateArray().Index()
            .First(label => label.Item.GetInt32() >= 0).Index]));
        var rest = await JsonOf(await server.PostAsync("export"));
        Assert.AreEqual(
            (labelled - 1, 1), (rest.GetProperty("copied").GetInt32(), rest.GetProperty("gone").GetInt32()));
        Assert.HasCount(labelled, Directory.GetFiles(folder["my.labelled"], "*.png", SearchOption.AllDirectories));
        Assert.HasCount(5, Directory.GetFiles(Path.Combine(folder["my.labelled"], "circle"), "circle_*.png"));
    }

    [TestMethod]
    public async Task UndoAndRedoAreLinesOfTheFile()
    {
        using var folder = new SampleFolder();
        using var server = new LabelServerProcess(folder.Draw("images", 10), folder["x.csv"]);
        await server.WaitUntilReadyAsync();
        await server.LabelAsync("cat", 1, 2);
        var state = await JsonOf(await server.PostAsync("undo"));
        Assert.AreEqual(0, state.GetProperty("labelled").GetInt32());
        Assert.IsTrue(state.GetProperty("canRedo").GetBoolean());
        Assert.HasCount(5, File.ReadAllLines(folder["x.csv"]));
        state = await JsonOf(await server.PostAsync("redo"));
        Assert.AreEqual(2, state.GetProperty("labelled").GetInt32());
        Assert.HasCount(7, File.ReadAllLines(folder["x.csv"]));
    }

    [TestMethod]
    public async Task LabelsOfAnotherFolderOfThatNameAreSaidToBe()
    {
        using var folder = new SampleFolder();
        var (first, second) = (folder.Draw("a/photos", 6), folder.Draw("b/photos", 6));
        using (var server = new LabelServerProcess(first, folder["x.csv"]))
        {
            await server.WaitUntilReadyAsync();
            await server.LabelAsync("cat", 1, 2);
        }
        using (var server = new LabelServerProcess(second, folder["x.csv"]))
        {
            await server.WaitUntilReadyAsync();
            var state = await server.WaitAsync(now => now.GetProperty("warning").ValueKind == JsonValueKind.String);
            Assert.Contains($"were given to the images of '{first}'", state.GetProperty("warning").GetString()!);
        }
        using (var server = new LabelServerProcess(second, folder["x.csv"]))
        {
            var state = await server.WaitUntilReadyAsync();
            Assert.AreEqual(JsonValueKind.Null, state.GetProperty("warning").ValueKind);
        }
    }

    [TestMethod]
    public async Task ASecondPageAndASecondProgramAreTold()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 8);
        using var server = new LabelServerProcess(images, folder["x.csv"]);
        await server.WaitUntilReadyAsync();
        using (await server.Client.GetStreamAsync(server.Api("events")))
        using (await server.Client.GetStreamAsync(server.Api("events")))
        {
            var state = await server.WaitAsync(now => now.GetProperty("warning").ValueKind == JsonValueKind.String);
            Assert.Contains("another page", state.GetProperty("warning").GetString()!);
        }
        await server.WaitAsync(now => now.GetProperty("warning").ValueKind == JsonValueKind.Null);

        var error = SampleProgram.Fail(
            1, "label", "--model", LabelServerProcess.Model, "--images", images, "--labels", folder["x.csv"]);
        Assert.Contains("Another program is labelling", error);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public async Task EveryConfirmedLabelIsThereAfterAKill()
    {
        using var folder = new SampleFolder();
        var images = folder.Draw("images", 12);
        var confirmed = new Dictionary<int, string>();
        var random = new Random(7);
        for (var round = 0; round < 3; round++)
        {
            using var server = new LabelServerProcess(images, folder["x.csv"]);
            await server.WaitUntilReadyAsync();
            await AssertLabels(server, confirmed);
            Task? kill = null;
            var labelsUntilKill = random.Next(8, 30);
            try
            {
                for (var i = 0; ; i++)
                {
                    var (image, label) = (i % 12, $"class {round} {i % 5}");
                    // Where no answer comes, the label in flight may be there or not.
                    confirmed.Remove(image);
                    (await server.LabelAsync(label, image)).EnsureSuccessStatusCode();
                    confirmed[image] = label;
                    // SIGKILL, beside the next label: the program can do nothing about it.
                    kill ??= i >= labelsUntilKill ? Task.Run(server.Process.Kill) : null;
                }
            }
            catch (HttpRequestException)
            {
                Assert.IsNotNull(kill);
                await kill;
            }
        }
        using var last = new LabelServerProcess(images, folder["x.csv"]);
        await last.WaitUntilReadyAsync();
        Assert.IsGreaterThan(5, confirmed.Count);
        await AssertLabels(last, confirmed);
    }

    private static async Task AssertLabels(LabelServerProcess server, Dictionary<int, string> confirmed)
    {
        var names = Names(await server.GetAsync("state"));
        var labels = (await server.GetAsync("rows")).GetProperty("labels");
        foreach (var (image, label) in confirmed)
        {
            Assert.AreEqual(label, names[labels[image].GetInt32()]);
        }
    }

    private static string ShapeOf(string path) => path[..path.LastIndexOf('_')];

    private static string[] Names(JsonElement state) =>
        [.. state.GetProperty("classes").EnumerateArray().Select(label => label.GetProperty("name").GetString()!)];

    private static IEnumerable<string> Strings(JsonElement element, string name) =>
        element.GetProperty(name).EnumerateArray().Select(value => value.GetString()!);

    private static async Task<JsonElement> JsonOf(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.IsTrue(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
