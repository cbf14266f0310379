using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace GroupCommit.Specs.Outbox;

/// <summary>Keeps what the library and Orleans' streams log.</summary>
internal sealed class LogLines : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

    public IEnumerable<string> At(LogLevel level) => _lines.Where(line => line.Level == level).Select(line => line.Text);

    public ILogger CreateLogger(string categoryName) => new Lines(
        categoryName.Contains("GroupCommit", StringComparison.Ordinal) || categoryName.StartsWith("Orleans.Streams.", StringComparison.Ordinal)
            ? _lines
            : null);

    public void Dispose()
    {
    }

    private sealed class Lines(ConcurrentQueue<(LogLevel, string)>? lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => lines is not null && logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                lines!.Enqueue((logLevel, exception is null ? formatter(state, null) : $"{formatter(state, exception)}: {exception.Message}"));
        }
    }
}
