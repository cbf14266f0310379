using Microsoft.Extensions.Logging;

namespace Orleans.Persistence.GroupCommit.Outbox;

internal sealed partial class OutboxSettler
{
    [LoggerMessage(1, LogLevel.Error, "Delivered outbox rows could not be settled; trying again. Should the silo end before, they are delivered once more")]
    private partial void LogFailed(Exception error);

    [LoggerMessage(2, LogLevel.Warning, "The reader stops before the database has settled {Delivered} delivered rows and {Failed} failed batches; they are delivered again after the next start")]
    private partial void LogNotFlushed(int delivered, int failed);
}
