using Byol.Cli.Labelling;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Byol.Cli.BrowserTests;

/// <summary>axe finds no fault in any state of the page.</summary>
[TestClass]
public sealed class AccessibilityTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(1440, ColorScheme.Light)]
    [DataRow(390, ColorScheme.Dark)]
    public async Task NoFaultWhileLabelling(int width, ColorScheme scheme)
    {
        await using var program = await CannedProgram.StartAsync(images: 300, classes: 12);
        var page = await LabelPage.OpenAsync(await Chromium.OpenAsync(width, scheme: scheme), program.Address);
        await CheckAsync(page.Page, "labels and predictions");
        await page.Tile(1).ClickAsync();
        await CheckAsync(page.Page, "a selection");
        await page.OpenTabAsync("near-duplicates");
        await CheckAsync(page.Page, "groups");
        await page.OpenTabAsync("like these");
        await CheckAsync(page.Page, "no images");
        await page.Page.Locator("#map-toggle").ClickAsync();
        await CheckAsync(page.Page, "the map");
        await page.Page.Locator("#map-close").ClickAsync();
        await page.OpenTabAsync("all");
        await page.PressAsync("Enter");
        await CheckAsync(page.Page, "one image");
        await page.Page.Keyboard.PressAsync("Escape");
        await page.PressAsync("?");
        await CheckAsync(page.Page, "the keys");
    }

    [TestMethod]
    public async Task NoFaultWhileEmbedding()
    {
        await using var program = await CannedProgram.StartAsync(images: 300, classes: 2);
        program.State = program.State with
        {
            Phase = SessionState.Embedding,
            Done = 40,
            Total = 300,
            Warning = "Another page has these labels open.",
        };
        var page = await Chromium.OpenAsync();
        await page.GotoAsync(program.Address.ToString());
        await Expect(page.Locator("#progress-text")).ToContainTextAsync("40 of 300");
        await CheckAsync(page, "progress");
        await Screenshots.TakeAsync(page, "embedding", TestContext);
    }

    private static async Task CheckAsync(IPage page, string state)
    {
        var result = await page.RunAxe();
        var faults = result.Violations
            .SelectMany(fault => fault.Nodes.Select(node => $"{state}: {fault.Id}: {fault.Help}: {node.Html}"))
            .ToList();
        Assert.IsEmpty(faults, string.Join(Environment.NewLine, faults));
    }
}
