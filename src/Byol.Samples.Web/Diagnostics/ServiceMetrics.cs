using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Byol.Samples.Web.Diagnostics;

/// <summary>
/// What <c>dotnet-counters</c> or an OpenTelemetry exporter reads under the name <see cref="MeterName"/>, beside the
/// framework's own <c>http.server.request.duration</c>.
/// </summary>
internal sealed class ServiceMetrics
{
    public const string MeterName = "Byol.Samples.Web";
    public const string Requests = "byol.requests";
    public const string Latency = "byol.latency";
    public const string Queue = "byol.queue.length";
    public const string Batch = "byol.batch.size";
    public const string Swaps = "byol.model.swaps";

    private readonly Counter<long> _requests;
    private readonly Histogram<double> _latency;
    private readonly UpDownCounter<int> _queue;
    private readonly Histogram<int> _batch;
    private readonly Counter<long> _swaps;

    public ServiceMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _requests = meter.CreateCounter<long>(Requests, description: "Pictures, by outcome.");
        _latency = meter.CreateHistogram<double>(Latency, "s", "From the queue to the answer.");
        _queue = meter.CreateUpDownCounter<int>(Queue, description: "Pictures that wait for an engine.");
        _batch = meter.CreateHistogram<int>(Batch, description: "Pictures that an engine took at once.");
        _swaps = meter.CreateCounter<long>(Swaps, description: "Models that were loaded, by result.");
    }

    public void Queued() => _queue.Add(1);

    public void Taken(int pictures)
    {
        _queue.Add(-pictures);
        _batch.Record(pictures);
    }

    public void Ended(string outcome) => _requests.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Ended(string outcome, long queued)
    {
        Ended(outcome);
        _latency.Record(Stopwatch.GetElapsedTime(queued).TotalSeconds);
    }

    public void Swapped(bool loaded) =>
        _swaps.Add(1, new KeyValuePair<string, object?>("result", loaded ? "loaded" : "refused"));
}
