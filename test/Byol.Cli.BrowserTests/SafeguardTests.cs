using System.Net;
using Byol.MLNet.Tests;
using static Microsoft.Playwright.Assertions;

namespace Byol.Cli.BrowserTests;

/// <summary>The page is for who started the program.</summary>
[TestClass]
public sealed class SafeguardTests
{
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Clean() => _folder.Dispose();

    [TestMethod]
    public async Task AForeignNameOrAMissingTokenShowsNoPage()
    {
        Photographs.Draw(_folder["images"], 8);
        using var program = await RunningProgram.OpenAsync(_folder["images"], _folder["labels.csv"]);
        var page = await Chromium.OpenAsync();

        var bare = await page.GotoAsync(new Uri(program.Address, "/").ToString());
        Assert.AreEqual((int)HttpStatusCode.Unauthorized, bare!.Status);
        await Expect(page.Locator("body")).ToContainTextAsync("token");

        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, program.Address);
        request.Headers.Host = "pictures.example:80";
        using var foreign = await client.SendAsync(request);
        Assert.AreEqual(HttpStatusCode.MisdirectedRequest, foreign.StatusCode);
        Assert.DoesNotContain("<html", await foreign.Content.ReadAsStringAsync());
    }
}
