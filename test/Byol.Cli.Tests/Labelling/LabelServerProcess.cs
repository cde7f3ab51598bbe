using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Byol.Cli.Tests.Labelling;

/// <summary>The program, labelling a folder, and requests to it.</summary>
internal sealed class LabelServerProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    // An encoder is trained once for all tests.
    private static readonly Lazy<string> TrainedModel = new(Train);

    private readonly string _query;

    public LabelServerProcess(string images, string labels)
    {
        Process = SampleProgram.Start("label", "--model", Model, "--images", images, "--labels", labels);
        Process.ErrorDataReceived += (_, _) => { };
        Process.BeginErrorReadLine();
        var address = "";
        while (!address.StartsWith("http://", StringComparison.Ordinal))
        {
            address = Process.StandardOutput.ReadLine()
                ?? throw new InvalidOperationException("The program printed no address.");
        }
        Address = new Uri(address);
        _query = Address.Query[1..];
        var root = new Uri(Address.GetLeftPart(UriPartial.Authority));
        Client = new HttpClient { BaseAddress = root, Timeout = Patience };
    }

    public static string Model => TrainedModel.Value;

    public Process Process { get; }

    public HttpClient Client { get; }

    /// <summary>The page's address with its token.</summary>
    public Uri Address { get; }

    /// <summary>A path below /api with the token.</summary>
    public string Api(string path) => $"/api/{path}{(path.Contains('?') ? '&' : '?')}{_query}";

    public async Task<JsonElement> GetAsync(string path) =>
        await Client.GetFromJsonAsync<JsonElement>(Api(path));

    public Task<HttpResponseMessage> PostAsync(string path, object? body = null) =>
        Client.PostAsync(Api(path), body is null ? null : JsonContent.Create(body));

    public Task<HttpResponseMessage> LabelAsync(string? label, params int[] ids) =>
        PostAsync("label", new { ids, label });

    /// <summary>Waits until the state is as it is to be.</summary>
    public async Task<JsonElement> WaitAsync(Func<JsonElement, bool> isReached)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var state = await GetAsync("state");
            if (isReached(state))
            {
                return state;
            }
            Assert.IsLessThan(Patience, clock.Elapsed, $"The state stayed {state}.");
            await Task.Delay(20);
        }
    }

    public Task<JsonElement> WaitUntilReadyAsync() =>
        WaitAsync(state => state.GetProperty("phase").GetString() != "embedding");

    public void Dispose()
    {
        Client.Dispose();
        if (!Process.HasExited)
        {
            Process.Kill();
            Process.WaitForExit();
        }
        Process.Dispose();
    }

    private static string Train()
    {
        var folder = new SampleFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        SampleProgram.Succeed(
            [
                "pretrain", "--images", folder.Draw("images", 32), "--output", folder["model.onnx"],
                .. SampleFolder.TinyRecipe,
            ]);
        return folder["model.onnx"];
    }
}
