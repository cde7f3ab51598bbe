using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Byol.Cli.BrowserTests;

/// <summary>The built program, labelling a folder, as a user starts it.</summary>
internal sealed class LabelProgram : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly HttpClient _client = new();

    private LabelProgram(Process process, Task<string> error, Uri address)
    {
        _process = process;
        _error = error;
        Address = address;
    }

    /// <summary>The page's address with its token.</summary>
    public Uri Address { get; }

    /// <summary>Starts the program and waits for its address, and for the embeddings.</summary>
    public static async Task<LabelProgram> StartAsync(string images, string labels, CancellationToken cancellation)
    {
        var program = await OpenAsync(images, labels);
        while ((await program.StateAsync()).GetProperty("phase").GetString() == "embedding")
        {
            await Task.Delay(200, cancellation);
        }
        return program;
    }

    /// <summary>Starts the program and waits for its address alone.</summary>
    public static async Task<LabelProgram> OpenAsync(string images, string labels)
    {
        var process = Start("label", "--model", "imagenet", "--images", images, "--labels", labels);
        var error = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            var start = line.IndexOf("http://", StringComparison.Ordinal);
            if (start >= 0)
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return new LabelProgram(process, error, new Uri(line[start..].Trim()));
            }
        }
        throw new InvalidOperationException(await error);
    }

    /// <summary>Runs another command of the program; its output.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.AreEqual(0, process.ExitCode, output + await error);
        return output;
    }

    public async Task<JsonElement> StateAsync() =>
        await _client.GetFromJsonAsync<JsonElement>(new Uri(Address, "/api/state" + Address.Query));

    /// <summary>Ends it without a chance to put anything in order.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }
        _process.Dispose();
        _client.Dispose();
    }

    private static Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Byol.Cli.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
