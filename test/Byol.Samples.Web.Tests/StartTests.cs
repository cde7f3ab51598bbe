using System.Net;
using System.Net.Sockets;
using Byol.Samples.Web.Tests.Support;

namespace Byol.Samples.Web.Tests;

/// <summary>How a start ends that cannot succeed.</summary>
[TestClass]
public class StartTests
{
    [TestMethod]
    [DataRow("Engines:Count", "abc", "'abc' at 'Engines:Count'")]
    [DataRow("Engines:Count", "0", "Engines:Count is a number from 1 to 256.")]
    [DataRow("Uploads:MaxBytes", "abc", "'abc' at 'Uploads:MaxBytes'")]
    [DataRow("Uploads:MaxBytes", "0", "Uploads:MaxBytes is a number from 1 to 1073741824.")]
    [DataRow("Urls", "foo", "cannot listen where Urls says: Invalid url: 'foo'")]
    [DataRow("Urls", "http://127.0.0.1:99999", "cannot listen where Urls says: ")]
    [DataRow("Urls", "ftp://127.0.0.1:0", "cannot listen where Urls says: ")]
    [DataRow("Urls", "http://192.0.2.1:5080", "cannot listen where Urls says: ")]
    public Task AWrongSettingIsToldInASentence(string name, string value, string sentence) =>
        EndsWith(sentence, $"--{name}={value}");

    [TestMethod]
    public async Task APortThatIsTakenIsToldInASentence()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await EndsWith("address already in use", $"--Urls=http://{other.LocalEndpoint}");
    }

    [TestMethod]
    public Task EachWrongSettingHasItsSentence() => EndsWith(
        "Model:PollInterval is a time from 00:00:00.01 to 01:00:00. Engines:Count is a number from 1 to 256. "
        + "Engines:BatchSize is a number from 1 to 128.",
        "--Model:PollInterval=00:00:00",
        "--Engines:Count=0",
        "--Engines:BatchSize=0");

    private static async Task EndsWith(string sentence, params string[] settings)
    {
        using var process = ServiceProcess.Start(settings);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = (await process.StandardError.ReadToEndAsync()).TrimEnd();
        await process.WaitForExitAsync();
        Assert.AreEqual(1, process.ExitCode, error);
        Assert.Contains(sentence, error);
        Assert.DoesNotContain("\n", error);
        // No trace is logged either.
        Assert.DoesNotContain("Exception", await output);
    }
}
