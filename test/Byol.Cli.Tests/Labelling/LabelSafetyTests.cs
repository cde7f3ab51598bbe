using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Byol.Cli.Tests.Labelling;

/// <summary>What the program refuses, each with its status and a sentence.</summary>
[TestClass]
public class LabelSafetyTests
{
    private static SampleFolder _folder = null!;
    private static LabelServerProcess _server = null!;

    [ClassInitialize]
    public static async Task Start(TestContext context)
    {
        _folder = new SampleFolder();
        var images = _folder.Draw("images", 10);
        _folder.Draw("outside", 1);
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(Path.Combine(images, "way_out"), _folder["outside"]);
        }
        _server = new LabelServerProcess(images, _folder["x.csv"]);
        await _server.WaitUntilReadyAsync();
    }

    [ClassCleanup]
    public static void Stop()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    [DataRow("evil.example", 421)]
    [DataRow("127.0.0.1:1", 421)]
    [DataRow("localhost", 421)]
    public async Task AForeignHostIsRefused(string host, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _server.Api("state"));
        request.Headers.Host = host;
        await AssertRefused(status, request);
    }

    [TestMethod]
    [DataRow("http://evil.example")]
    [DataRow("null")]
    [DataRow("https://127.0.0.1")]
    public async Task AForeignOriginIsRefused(string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _server.Api("label"));
        request.Headers.Add("Origin", origin);
        request.Content = JsonContent.Create(new { ids = new[] { 0 }, label = "cat" });
        await AssertRefused(403, request);
        Assert.AreEqual("path,label,time\n", await File.ReadAllTextAsync(_folder["x.csv"]));
    }

    [TestMethod]
    public async Task ThePagesOwnOriginAndNamesAreLetThrough()
    {
        foreach (var host in new[] { "localhost", "[::1]", "127.0.0.1" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, _server.Api("state"));
            request.Headers.Host = $"{host}:{_server.Address.Port}";
            request.Headers.Add("Origin", $"http://{host}:{_server.Address.Port}");
            Assert.AreEqual(HttpStatusCode.OK, (await _server.Client.SendAsync(request)).StatusCode);
        }
    }

    [TestMethod]
    [DataRow("/")]
    [DataRow("/api/state")]
    [DataRow("/api/thumb/0")]
    [DataRow("/api/state?token=")]
    [DataRow("/api/state?token=0123456789abcdef")]
    public async Task WithoutTheTokenNothingIsShown(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        await AssertRefused(401, request);
    }

    [TestMethod]
    [DataRow("undo")]
    [DataRow("save")]
    [DataRow("label")]
    [DataRow("similar")]
    public async Task WithoutTheTokenNothingIsDone(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/{path}");
        request.Content = JsonContent.Create(new { ids = new[] { 0 }, label = "cat" });
        await AssertRefused(401, request);
    }

    [TestMethod]
    [DataRow("thumb/10", 404)]
    [DataRow("image/-1", 404)]
    [DataRow("thumb/..%2F..%2Foutside", 404)]
    [DataRow("similar/4711", 404)]
    [DataRow("order?tab=secret", 400)]
    public async Task ImagesAreGivenByTheirNumbersAlone(string path, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _server.Api(path));
        Assert.AreEqual(status, (int)(await _server.Client.SendAsync(request)).StatusCode);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public async Task ALinkOutOfTheFolderLeadsNowhere()
    {
        var paths = await _server.GetAsync("images");
        Assert.AreEqual(10, paths.GetProperty("paths").GetArrayLength());
        var state = await _server.GetAsync("state");
        Assert.AreEqual(1, state.GetProperty("unreadable").GetInt32());

        // Nor one that takes an image's place later.
        var image = Path.Combine(_folder["images"], paths.GetProperty("paths")[3].GetString()!);
        File.Delete(image);
        File.CreateSymbolicLink(image, Directory.GetFiles(_folder["outside"])[0]);
        using var request = new HttpRequestMessage(HttpMethod.Get, _server.Api("image/3"));
        await AssertRefused(404, request);
    }

    [TestMethod]
    public async Task AHugeBodyIsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _server.Api("similar"));
        request.Content = new ByteArrayContent(new byte[20_000_001]);
        // Else the answer comes while the body is on its way, and may be lost.
        request.Headers.ExpectContinue = true;
        await AssertRefused(413, request);
    }

    [TestMethod]
    public async Task ABrokenPictureIsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _server.Api("similar"));
        var picture = await File.ReadAllBytesAsync(Directory.GetFiles(_folder["outside"])[0]);
        request.Content = new ByteArrayContent(picture[..(picture.Length / 2)]);
        Assert.Contains("cannot be read", await AssertRefused(400, request));
    }

    [TestMethod]
    [DataRow("""{"ids":[0],"label":""}""")]
    [DataRow("""{"ids":[],"label":"cat"}""")]
    [DataRow("""{"ids":[10],"label":"cat"}""")]
    [DataRow("""{"ids":[0],"label":"two\nlines"}""")]
    [DataRow("""{"ids":"all","label":"cat"}""")]
    [DataRow("""{"label":"cat"}""")]
    [DataRow("""{"ids":[0]}""")]
    [DataRow("no json")]
    public async Task ALabelThatMeansNothingIsRefused(string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _server.Api("label"));
        request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        await AssertRefused(400, request);
    }

    [TestMethod]
    [DataRow("GET", "nothing", 404)]
    [DataRow("GET", "thumb/first", 404)]
    [DataRow("GET", "label", 405)]
    [DataRow("POST", "label", 415)]
    public async Task EveryRefusalHasASentence(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), _server.Api(path));
        request.Content = method == "POST" ? new StringContent("cat") : null;
        Assert.EndsWith(".", await AssertRefused(status, request));
    }

    [TestMethod]
    public async Task EveryAnswerKeepsThePageToItself()
    {
        using var answer = await _server.Client.GetAsync(_server.Api("state"));
        Assert.AreEqual("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.AreEqual("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.AreEqual("no-store", answer.Headers.CacheControl!.ToString());
        using var picture = await _server.Client.GetAsync(_server.Api("thumb/0"));
        Assert.AreEqual("image/png", picture.Content.Headers.ContentType!.MediaType);
        Assert.Contains("immutable", picture.Headers.CacheControl!.ToString());
    }

    private static async Task<string> AssertRefused(int status, HttpRequestMessage request)
    {
        using var answer = await _server.Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.AreEqual(status, (int)answer.StatusCode, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("error").GetString()!;
    }
}
