using System.Text.RegularExpressions;
using Byol.MLNet.Tests;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Byol.Cli.BrowserTests;

/// <summary>A folder is labelled in a browser, from the first label to predictions of the saved classifier.</summary>
[TestClass]
public sealed class LabellingTests
{
    private const int ByBand = 2 * Photographs.Classes;
    private const int ByKeys = 12;

    private readonly TemporaryFolder _folder = new();

    public TestContext TestContext { get; set; } = null!;

    [TestCleanup]
    public void Clean() => _folder.Dispose();

    [TestMethod]
    public async Task TheWholeWay()
    {
        Photographs.Write(_folder["images"]);
        var browser = await Chromium.OpenAsync();
        string[] labelled;
        using (var program = await StartAsync())
        {
            var page = await LabelPage.OpenAsync(browser, program.Address);
            await Expect(page.Page.Locator("#hint")).ToContainTextAsync("type its name and press Enter");

            await LabelByBandAsync(page);
            var before = await program.AccuracyOnTheRestAsync();
            await LabelByKeysAsync(page);
            var after = await program.AccuracyOnTheRestAsync();
            TestContext.WriteLine($"Accuracy on the rest: {before:P0} with {ByBand} labels, {after:P0} with 20.");
            Assert.IsGreaterThan(before, after);
            await Expect(page.Page.Locator("#agreement-figure")).ToHaveTextAsync(new Regex(@"^\d+ %$"));
            await Expect(page.Page.Locator("#agreement-line svg")).ToBeVisibleAsync();
            await Screenshots.TakeAsync(program.Address, "labelled", TestContext);

            await SearchAsync(page);
            await UndoAsync(page);
            labelled = await LabelledAsync(page);
            program.Kill();
            await Expect(page.Page.Locator("#notice-connection"))
                .ToContainTextAsync("All labels shown as saved are saved");
            await Screenshots.TakeAsync(page.Page, "stopped", TestContext);
        }
        using (var program = await StartAsync())
        {
            var page = await LabelPage.OpenAsync(browser, program.Address);
            CollectionAssert.AreEqual(labelled, await LabelledAsync(page));
            await SaveAndPredictAsync(page);
        }
    }

    private Task<RunningProgram> StartAsync() =>
        RunningProgram.StartAsync(_folder["images"], _folder["labels.csv"], TestContext.CancellationToken);

    private async Task LabelByBandAsync(LabelPage page)
    {
        await page.OpenTabAsync("all");
        foreach (var folder in Directory.GetDirectories(_folder["images"]).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(folder);
            await page.FilterAsync(name + "/");
            await page.DrawBandAsync(0, ByBand / Photographs.Classes - 1);
            await page.NameAsync(name);
        }
        await page.Page.Locator("#path-text").FillAsync("");
        await page.ExpectShownAsync(Photographs.Count);
        await page.ExpectLabelledAsync(ByBand);
    }

    private static async Task LabelByKeysAsync(LabelPage page)
    {
        await page.OpenTabAsync("unsure");
        await page.ExpectShownAsync(Photographs.Count - ByBand);
        for (var label = 0; label < ByKeys; label++)
        {
            var path = await page.PathAsync(label);
            await Expect(page.Tile(label)).ToHaveClassAsync(new Regex("cursor"));
            await page.PressAsync(await page.KeyAsync(Photographs.ClassOf(path)));
            await page.ExpectLabelledAsync(ByBand + label + 1);
        }
        await Expect(page.Tile(0)).ToHaveClassAsync(new Regex("labelled"));
        await page.PressAsync("r");
        await Expect(page.Tile(0)).Not.ToHaveClassAsync(new Regex("labelled"));
    }

    private async Task SearchAsync(LabelPage page)
    {
        await page.OpenTabAsync("all");
        var path = await page.PathAsync(3);
        await page.Tile(3).HoverAsync();
        await page.Tile(3).Locator(".like").ClickAsync();
        await ExpectFirstAsync(path);

        var other = await page.PathAsync(5);
        await page.DropAsync(await File.ReadAllBytesAsync(Path.Combine(_folder["images"], other)));
        await ExpectFirstAsync(other);
        await page.PasteAsync(await File.ReadAllBytesAsync(Path.Combine(_folder["images"], path)));
        await ExpectFirstAsync(path);
        await page.DropAsync([1, 2, 3]);
        await Expect(page.Status).ToHaveClassAsync(new Regex("error"));

        async Task ExpectFirstAsync(string expected)
        {
            await Expect(page.Tile(0)).ToHaveAttributeAsync("title", expected);
            await Expect(page.Tile(0).Locator(".score")).ToHaveAttributeAsync("data-text", "1.00");
        }
    }

    private static async Task UndoAsync(LabelPage page)
    {
        await page.OpenTabAsync("all");
        await page.PressAsync("Control+z");
        await page.ExpectLabelledAsync(ByBand + ByKeys - 1);
        await page.PressAsync("Control+Shift+Z");
        await page.ExpectLabelledAsync(ByBand + ByKeys);
    }

    private static async Task<string[]> LabelledAsync(LabelPage page)
    {
        await page.ExpectLabelledAsync(ByBand + ByKeys);
        await page.Page.Locator("#path-text").FillAsync("");
        return await page.Page.EvaluateAsync<string[]>(
            """
            async () => {
              const { store } = await import('./store.js');
              while (store.rows.generation !== store.state.generation) {
                await new Promise(done => setTimeout(done, 50));
              }
              const lines = store.paths.map((path, id) => `${path} ${store.labelName(id)}`);
              return lines.filter(line => !line.endsWith(' '));
            }
            """);
    }

    private async Task SaveAndPredictAsync(LabelPage page)
    {
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Save classifier" }).ClickAsync();
        await Expect(page.Page.Locator("#result-title")).ToHaveTextAsync("The classifier is saved");
        await page.Page.Locator("#result-copy").ClickAsync();
        await Expect(page.Page.Locator("#result-copy")).ToHaveTextAsync("Copied");
        var zip = Directory.GetFiles(_folder.Path, "*.zip").Single();
        CopySome(_folder["images"], _folder["some"]);
        await RunningProgram.RunAsync(
            "predict", "--pipeline", zip, "--images", _folder["some"], "--output", _folder["predictions.csv"]);
        var right = File.ReadLines(_folder["predictions.csv"]).Skip(1)
            .Select(line => line.Split(','))
            .Average(fields => Path.GetFileName(Path.GetDirectoryName(fields[0])) == fields[1] ? 1.0 : 0);
        TestContext.WriteLine($"Accuracy of the saved classifier: {right:P0}");
        Assert.IsGreaterThan(1.5 / Photographs.Classes, right);
    }

    // The last ten of each class.
    private static void CopySome(string from, string to)
    {
        foreach (var folder in Directory.GetDirectories(from))
        {
            var target = Directory.CreateDirectory(Path.Combine(to, Path.GetFileName(folder))).FullName;
            foreach (var file in Directory.GetFiles(folder).Order(StringComparer.Ordinal).TakeLast(10))
            {
                File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
            }
        }
    }
}
