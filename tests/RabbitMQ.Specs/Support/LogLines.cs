using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RabbitMq.Specs;

/// <summary>What the provider has said. Thread-safe.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> All => [.. _lines];

    /// <summary>Of this silo.</summary>
    public void Hear(ISiloBuilder silo) => silo.Services.AddSingleton<ILoggerProvider>(this);

    /// <summary>Of this client.</summary>
    public void Hear(IClientBuilder client) => client.Services.AddSingleton<ILoggerProvider>(this);

    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith("Orleans.Streams.RabbitMQ", StringComparison.Ordinal) ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}
