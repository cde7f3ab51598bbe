using Microsoft.Playwright;

namespace Byol.Cli.BrowserTests;

/// <summary>Pictures of the page, kept with the test's results.</summary>
internal static class Screenshots
{
    private static readonly (int Width, int Height)[] Sizes = [(1440, 900), (390, 844)];

    /// <summary>The page as it opens, wide and narrow, light and dark.</summary>
    public static async Task TakeAsync(Uri address, string name, TestContext context)
    {
        foreach (var (width, height) in Sizes)
        {
            foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                var browser = await Chromium.OpenAsync(width, height, scheme);
                var page = await LabelPage.OpenAsync(browser, address);
                await page.Page.Locator("[data-thumbnail=waiting]").First
                    .WaitForAsync(new() { State = WaitForSelectorState.Detached });
                await TakeAsync(page.Page, $"{name}-{width}-{scheme}".ToLowerInvariant(), context);
                Assert.IsLessThanOrEqualTo(
                    width, await browser.EvaluateAsync<int>("document.documentElement.scrollWidth"));
                await browser.Context.CloseAsync();
            }
        }
    }

    public static async Task TakeAsync(IPage page, string name, TestContext context)
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.TestRunResultsDirectory!, "label-page"));
        var file = Path.Combine(folder.FullName, name + ".png");
        await page.ScreenshotAsync(new() { Path = file });
        context.AddResultFile(file);
    }
}
