using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Byol.Samples.Web.Diagnostics;

namespace Byol.Samples.Web.Tests.Support;

/// <summary>What the service has measured since this was made.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Name, string? Tag, double Value)> _measured = [];

    public Measurements()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == ServiceMetrics.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public double Sum(string name, string? tag = null) => Values(name, tag).Sum();

    public double Max(string name) => Values(name, null).Max();

    public int Count(string name) => Values(name, null).Count();

    public void Dispose() => _listener.Dispose();

    private IEnumerable<double> Values(string name, string? tag) =>
        _measured.Where(item => item.Name == name && (tag is null || item.Tag == tag)).Select(item => item.Value);

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Enqueue((instrument.Name, tags.IsEmpty ? null : tags[0].Value?.ToString(), value));
}
