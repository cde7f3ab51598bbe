using Microsoft.Playwright;

namespace Byol.Cli.BrowserTests;

/// <summary>The machine's own browser; eng/setup.sh --browser installs it on Debian.</summary>
[TestClass]
public static class Chromium
{
    // What is waited for comes in a fraction of a second; a busy machine may take longer.
    private const float MostMilliseconds = 60_000;

    private static readonly string[] Names =
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "chrome", "msedge"];

    private static readonly string[] Folders =
    [
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator),
        "/Applications/Google Chrome.app/Contents/MacOS",
        "/Applications/Microsoft Edge.app/Contents/MacOS",
        @"C:\Program Files\Google\Chrome\Application",
        @"C:\Program Files (x86)\Microsoft\Edge\Application",
    ];

    private static IPlaywright? _playwright;
    private static IBrowser? _browser;

    /// <summary>Opens a page in a window of its own.</summary>
    public static async Task<IPage> OpenAsync(
        int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        _browser ??= await LaunchAsync();
        var context = await _browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            HasTouch = width < 500,
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        return await context.NewPageAsync();
    }

    [AssemblyCleanup]
    public static async Task CloseAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }
        _playwright?.Dispose();
    }

    private static async Task<IBrowser> LaunchAsync()
    {
        var path = Folders
            .SelectMany(folder => Names.SelectMany(name => new[] { name, name + ".exe", Title(name) })
                .Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
        if (path is null)
        {
            Assert.Inconclusive("There is no Chromium, Chrome or Edge on this machine to show the page.");
        }
        _playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(MostMilliseconds);
        return await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = ["--no-sandbox"] });
    }

    // As on macOS: "Google Chrome", "Microsoft Edge".
    private static string Title(string name) => string.Join(
        ' ', name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
