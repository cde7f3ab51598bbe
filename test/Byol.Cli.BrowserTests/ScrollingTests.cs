using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Byol.Cli.BrowserTests;

/// <summary>A folder of 20,000 images is scrolled through.</summary>
[TestClass]
public sealed class ScrollingTests
{
    private const int Images = 20_000;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [TestCategory("Measure")]
    public async Task FewTilesShowAllImages()
    {
        await using var program = await CannedProgram.StartAsync(Images, classes: 200);
        var page = await LabelPage.OpenAsync(await Chromium.OpenAsync(), program.Address);
        // The first seconds of a page are the browser's own: its code is still being compiled.
        foreach (var speed in new[] { 2_000, 10_000, 2_000, 10_000, 80_000 })
        {
            await MeasureAsync(page.Page, speed);
        }
        await page.PressAsync("End");
        await Expect(page.Tile(Images - 1)).ToHaveAttributeAsync("data-thumbnail", "shown");
        Assert.IsLessThan(150, await page.Page.Locator(".tile").CountAsync());
        TestContext.WriteLine($"{program.ThumbnailsAsked} thumbnails were asked for.");
        Assert.IsLessThan(Images / 2, program.ThumbnailsAsked);
    }

    /// <summary>Scrolls for some frames and prints the frame times that the page itself took.</summary>
    private async Task MeasureAsync(IPage page, int speed)
    {
        var frames = await page.EvaluateAsync<double[]>(
            """
            async speed => {
              const scroller = document.getElementById('scroller');
              const rest = () => new Promise(done => setTimeout(done, 500));
              scroller.scrollTop = 0;
              await rest();
              window.byolFrames.length = 0;
              let last = performance.now();
              let left = 100;
              await new Promise(done => requestAnimationFrame(function scroll(now) {
                scroller.scrollTop += speed * (now - last) / 1000;
                last = now;
                --left > 0 ? requestAnimationFrame(scroll) : done();
              }));
              await rest();
              return window.byolFrames.toSorted((a, b) => a - b);
            }
            """,
            speed);
        Assert.IsNotEmpty(frames);
        TestContext.WriteLine(
            $"{speed} pixels/s: {frames.Length} frames, p50 {frames[frames.Length / 2]:F1} ms, "
            + $"p95 {frames[frames.Length * 95 / 100]:F1} ms");
    }
}
