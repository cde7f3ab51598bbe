using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Byol.Cli.BrowserTests;

/// <summary>The built program, labelling a folder, as a user starts it.</summary>
internal sealed class RunningProgram : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly HttpClient _client = new();

    private RunningProgram(Process process, Task<string> error, Uri address)
    {
        _process = process;
        _error = error;
        Address = address;
    }

    /// <summary>The page's address with its token.</summary>
    public Uri Address { get; }

    /// <summary>Starts the program and waits for its address, and for the embeddings.</summary>
    public static async Task<RunningProgram> StartAsync(string images, string labels, CancellationToken cancellation)
    {
        var program = await OpenAsync(images, labels);
        while (await program.PhaseAsync() == "embedding")
        {
            await Task.Delay(200, cancellation);
        }
        return program;
    }

    /// <summary>Starts the program and waits for its address alone.</summary>
    public static async Task<RunningProgram> OpenAsync(string images, string labels)
    {
        var process = Start("label", "--model", "imagenet", "--images", images, "--labels", labels);
        var error = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            var start = line.IndexOf("http://", StringComparison.Ordinal);
            if (start >= 0)
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return new RunningProgram(process, error, new Uri(line[start..].Trim()));
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

    /// <summary>What the program answers to a path of its interface.</summary>
    public Task<JsonElement> GetAsync(string path) =>
        _client.GetFromJsonAsync<JsonElement>(new Uri(Address, path + Address.Query));

    /// <summary>The share of the images without a label that are predicted as what their folder is named.</summary>
    public async Task<double> AccuracyOnTheRestAsync()
    {
        var (state, images, rows) =
            (await GetAsync("/api/state"), await GetAsync("/api/images"), await GetAsync("/api/rows"));
        string[] classes = [.. Items(state, "classes").Select(entry => entry.GetProperty("name").GetString()!)];
        string[] paths = [.. Items(images, "paths").Select(path => path.GetString()!)];
        int[] predicted = [.. Items(rows, "predicted").Select(index => index.GetInt32())];
        return Items(rows, "labels")
            .Select((label, i) => (IsFree: label.GetInt32() < 0, Path: paths[i], Class: predicted[i]))
            .Where(image => image.IsFree)
            .Average(image => image.Class >= 0 && Photographs.ClassOf(image.Path) == classes[image.Class] ? 1.0 : 0);

        static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
            element.GetProperty(name).EnumerateArray();
    }

    private async Task<string?> PhaseAsync() => (await GetAsync("/api/state")).GetProperty("phase").GetString();

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
