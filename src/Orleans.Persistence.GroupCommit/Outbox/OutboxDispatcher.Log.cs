using Microsoft.Extensions.Logging;

namespace Orleans.Persistence.GroupCommit.Outbox;

internal sealed partial class OutboxDispatcher
{
    [LoggerMessage(2, LogLevel.Warning, "A subscriber of stream {Provider}/{Stream} failed on {Count} events; they are delivered again one by one")]
    private partial void LogBatchFailed(int count, string provider, StreamId stream);

    [LoggerMessage(3, LogLevel.Error, "A subscriber of stream {Provider}/{Stream} failed on outbox row {Id} for {Limit}; it is put aside")]
    private partial void LogEventFailed(long id, string provider, StreamId stream, TimeSpan limit);

    [LoggerMessage(4, LogLevel.Information, "Nobody subscribes to streams of namespace '{Namespace}' of {Provider}; their events are removed")]
    private partial void LogUnheard(string @namespace, string provider);

    [LoggerMessage(6, LogLevel.Warning, "A subscriber of stream {Provider}/{Stream} failed on outbox row {Id} while the database is unavailable; it is delivered again")]
    private partial void LogEventRepeated(long id, string provider, StreamId stream);

    [LoggerMessage(7, LogLevel.Warning, "A subscriber of stream {Provider}/{Stream} lacks what it needs; its events are delivered again")]
    private partial void LogOutage(Exception failure, string provider, StreamId stream);
}
