using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Byol.Cli.BrowserTests;

/// <summary>The page as its user handles it.</summary>
internal sealed class LabelPage(IPage page)
{
    public IPage Page => page;

    public ILocator Grid => page.Locator("#grid");

    public ILocator Status => page.Locator("#status");

    public static async Task<LabelPage> OpenAsync(IPage page, Uri address)
    {
        await page.GotoAsync(address.ToString());
        await page.Locator(".tile").First.WaitForAsync();
        return new LabelPage(page);
    }

    public ILocator Tile(int position) => page.Locator($"[data-position='{position}']");

    public Task<string> PathAsync(int position) =>
        Tile(position).EvaluateAsync<string>("tile => tile.title");

    public async Task OpenTabAsync(string name)
    {
        await page.GetByRole(AriaRole.Tab, new() { Name = name, Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Tab, new() { Name = name, Exact = true }))
            .ToHaveAttributeAsync("aria-selected", "true");
    }

    /// <summary>Waits until so many images are shown: the page asks the program for another order.</summary>
    public Task ExpectShownAsync(int count) => Expect(Tile(0))
        .ToHaveAttributeAsync("aria-setsize", count.ToString(CultureInfo.InvariantCulture));

    /// <summary>Shows the images whose path has a text, and waits for them.</summary>
    public async Task FilterAsync(string text)
    {
        await page.Locator("#path-text").FillAsync(text);
        await Expect(Tile(0)).ToHaveAttributeAsync("title", new Regex(Regex.Escape(text)));
    }

    /// <summary>Draws the rubber band from the middle of one tile to the middle of another.</summary>
    public async Task DrawBandAsync(int first, int last)
    {
        var (from, to) = ((await Tile(first).BoundingBoxAsync())!, (await Tile(last).BoundingBoxAsync())!);
        await page.Mouse.MoveAsync(from.X + from.Width / 2, from.Y + from.Height / 2);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(to.X + to.Width / 2, to.Y + to.Height / 2, new() { Steps = 5 });
        await page.Mouse.UpAsync();
        await Expect(page.Locator("#selected")).ToHaveTextAsync($"{last - first + 1} selected");
    }

    /// <summary>Types a class's name for the selection, and waits until the page says that it is saved.</summary>
    public async Task NameAsync(string name)
    {
        await page.Locator("#name").FillAsync(name);
        await page.Locator("#name").PressAsync("Enter");
        await Expect(Status).ToHaveTextAsync(new Regex($"^Saved: .* labelled {name}\\.$"));
    }

    public async Task PressAsync(string key)
    {
        await Grid.FocusAsync();
        await page.Keyboard.PressAsync(key);
    }

    /// <summary>The digit key that stands beside a class.</summary>
    public Task<string> KeyAsync(string className) => page.Locator("#classes li")
        .Filter(new() { Has = page.GetByText(className, new() { Exact = true }) })
        .Locator("kbd")
        .InnerTextAsync();

    public async Task ExpectLabelledAsync(int count) => await Expect(page.Locator("#counts"))
        .ToContainTextAsync($", {count.ToString(CultureInfo.InvariantCulture)} labelled");

    public Task DropAsync(byte[] file) =>
        GiveAsync(file, "new DragEvent('drop', { dataTransfer: data, bubbles: true })");

    public Task PasteAsync(byte[] file) =>
        GiveAsync(file, "new ClipboardEvent('paste', { clipboardData: data, bubbles: true })");

    private Task GiveAsync(byte[] file, string given) => page.EvaluateAsync(
        $$"""
        bytes => {
          const data = new DataTransfer();
          const content = Uint8Array.from(atob(bytes), letter => letter.charCodeAt(0));
          data.items.add(new File([content], 'a.png', { type: 'image/png' }));
          document.body.dispatchEvent({{given}});
        }
        """,
        Convert.ToBase64String(file));
}
