using Microsoft.Extensions.Logging;

namespace Orleans.Persistence.GroupCommit.Outbox;

internal sealed partial class OutboxPublisher
{
    [LoggerMessage(1, LogLevel.Warning, "Stream provider {Provider} does not accept events, such as those of stream {Stream}; the events of {Streams} streams stay in the outbox and are retried")]
    private partial void LogFailed(Exception error, string provider, StreamId stream, int streams);

    [LoggerMessage(2, LogLevel.Information, "Stream provider {Provider} accepts the events of all streams again")]
    private partial void LogFlowing(string provider);

    [LoggerMessage(3, LogLevel.Error, "Outbox row {Id} of stream {Provider}/{Stream} cannot be published; it is put aside")]
    private partial void LogRefused(Exception error, long id, string provider, StreamId stream);

    [LoggerMessage(4, LogLevel.Warning, "The silo stops before stream provider {Provider} has answered; what it was given is published once more after the next start")]
    private partial void LogNotEnded(string provider);
}
