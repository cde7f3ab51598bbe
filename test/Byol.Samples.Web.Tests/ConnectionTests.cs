using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Byol.Samples.Web.Tests.Support;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Byol.Samples.Web.Tests;

/// <summary>What only a real server does.</summary>
[TestClass]
public class ConnectionTests
{
    private const string Head =
        "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\nContent-Length: 5000\r\n\r\nabc";

    private const string Form =
        "--xx\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a.png\"\r\n\r\nabc";

    [TestMethod]
    [DataRow("Uploads:Timeout", "00:00:01", false)]
    [DataRow("Uploads:Timeout", "00:00:01", true)]
    [DataRow("Uploads:MinBytesPerSecond", "4000", false)]
    public async Task ABodyThatComesTooSlowlyIsGivenUp(string setting, string value, bool inAForm)
    {
        using var service = Listen((setting, value));
        using var client = await Connect(service);
        var request = inAForm ? Head.Replace("image/png", "multipart/form-data; boundary=xx")[..^3] + Form : Head;
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        var answer = await ReadToEnd(client);
        Assert.StartsWith("HTTP/1.1 408", answer);
        Assert.Contains("application/problem+json", answer);
        Assert.Contains("Connection: close", answer);
        // One line tells of it, and the server has no complaint of its own.
        Assert.AreEqual(1, service.Lines.Count("was refused with 408"));
        Assert.AreEqual(0, service.Lines.Count("Warning: ") + service.Lines.Count("Error: "));
    }

    [TestMethod]
    public async Task ALargeBodyIsRefusedBeforeItIsRead()
    {
        using var service = Listen(("Uploads:MaxBytes", "1000"));
        using var client = await Connect(service);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Head.Replace("5000", "500000000")));
        var answer = new StreamReader(client.GetStream());
        Assert.StartsWith("HTTP/1.1 413", await answer.ReadLineAsync());
    }

    [TestMethod]
    public async Task AClientThatGoesAwayLeavesTheServiceWell()
    {
        using var service = Listen();
        using (var client = await Connect(service))
        {
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Head));
        }
        using var other = new HttpClient { BaseAddress = Address(service) };
        await service.WaitUntil(() => service.Models.IsLoaded);
        await (await other.Predict(File.ReadAllBytes(ModelFiles.Pictures[0]))).ReadPrediction();
        Assert.AreEqual(0, service.Lines.Count(" failed."));
    }

    [TestMethod]
    public async Task ADocumentDescribesTheEndpoints()
    {
        using var service = Listen();
        using var client = new HttpClient { BaseAddress = Address(service) };
        using var document = JsonDocument.Parse(await client.GetStringAsync("/openapi/v1.json"));
        var paths = document.RootElement.GetProperty("paths");
        foreach (var (path, extra) in new[] { ("/predict", "429"), ("/similar", "501") })
        {
            var post = paths.GetProperty(path).GetProperty("post");
            var (body, responses) = (post.GetProperty("requestBody"), post.GetProperty("responses"));
            Assert.IsTrue(body.GetProperty("content").TryGetProperty("multipart/form-data", out _));
            Assert.IsTrue(responses.TryGetProperty("200", out _));
            Assert.IsTrue(responses.TryGetProperty(extra, out _));
        }
    }

    // The server may end the connection by a reset, after its answer.
    private static async Task<string> ReadToEnd(TcpClient client)
    {
        var (answer, bytes) = (new StringBuilder(), new byte[1024]);
        try
        {
            while (await client.GetStream().ReadAsync(bytes) is > 0 and var read)
            {
                answer.Append(Encoding.UTF8.GetString(bytes, 0, read));
            }
        }
        catch (IOException)
        {
        }
        return answer.ToString();
    }

    private static Service Listen(params (string Name, string Value)[] settings)
    {
        var service = Service.Create(settings);
        service.UseKestrel(0);
        service.StartServer();
        return service;
    }

    private static Uri Address(Service service) => new(
        service.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    private static async Task<TcpClient> Connect(Service service)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Address(service).Port);
        return client;
    }
}
