using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Reflection;
using Byol.Cli.Measuring;

namespace Byol.Benchmarks.Serving;

/// <summary>What a number of clients got, each of which sends its next request when it has its answer.</summary>
internal sealed record LoadResult(double PerSecond, Percentiles Milliseconds);

/// <summary>The web service as a process of its own.</summary>
internal sealed class ServiceProcess : IDisposable
{
    private const string Listening = "Now listening on: ";

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly Process _process;
    private readonly HttpClient _client;

    public ServiceProcess(string model)
    {
        var program = typeof(ServiceProcess).Assembly
            .GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(metadata => metadata.Key == "Service").Value!;
        _process = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!,
            [program, "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Byol=Warning", $"--Model:Path={model}"])
        {
            RedirectStandardOutput = true,
        })!;
        var address = ReadAddress(_process.StandardOutput);
        _ = _process.StandardOutput.ReadToEndAsync();
        _client = new HttpClient { BaseAddress = new Uri(address) };
        while (!_client.GetAsync("/health/ready").Result.IsSuccessStatusCode)
        {
            Thread.Sleep(Patience);
        }
    }

    public LoadResult Load(byte[][] uploads, int requests, int clients)
    {
        Run(uploads, requests / 10, clients);
        var start = Stopwatch.GetTimestamp();
        var milliseconds = Run(uploads, requests, clients);
        return new LoadResult(requests / Stopwatch.GetElapsedTime(start).TotalSeconds, Percentiles.Of(milliseconds));
    }

    public void Dispose()
    {
        _client.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string ReadAddress(StreamReader output)
    {
        while (output.ReadLine() is { } line)
        {
            if (line.Split(Listening) is [_, var address])
            {
                return address;
            }
        }
        throw new InvalidOperationException("The service ended before it listened.");
    }

    private ConcurrentBag<double> Run(byte[][] uploads, int requests, int clients)
    {
        var (next, milliseconds) = (-1, new ConcurrentBag<double>());
        Task.WaitAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < requests; i = Interlocked.Increment(ref next))
            {
                var start = Stopwatch.GetTimestamp();
                await Send(uploads[i % uploads.Length]);
                milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        })));
        return milliseconds;
    }

    private async Task Send(byte[] upload)
    {
        using var content = new ByteArrayContent(upload);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var answer = await _client.PostAsync("/predict", content);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync();
    }
}
