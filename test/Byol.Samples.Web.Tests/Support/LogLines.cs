using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Byol.Samples.Web.Tests.Support;

/// <summary>What the service has logged: its level, a colon and the message.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = [];

    public bool Any(string part) => Count(part) > 0;

    public int Count(string part) => _lines.Count(line => line.Contains(part, StringComparison.Ordinal));

    public string Single(string part) => _lines.Single(line => line.Contains(part, StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => this;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter) => _lines.Enqueue($"{logLevel}: {formatter(state, exception)}");

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Dispose()
    {
    }
}
