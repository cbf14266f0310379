using Microsoft.Extensions.Logging;

namespace Orleans.Persistence.GroupCommit.Storage;

internal sealed partial class BatchWriter
{
    [LoggerMessage(1, LogLevel.Warning, "The database refused a batch of {Count} writes; its halves are tried to find the one at fault")]
    private partial void LogRejected(Exception error, int count);

    [LoggerMessage(2, LogLevel.Error, "The database refused a {Request}; nothing of it was stored")]
    private partial void LogRefused(Exception error, string request);

    [LoggerMessage(3, LogLevel.Error, "A commit of {Count} writes failed; their grains start again from what is stored")]
    private partial void LogFailed(Exception error, int count);

    [LoggerMessage(4, LogLevel.Error, "There is no connection to the database; what is to be written waits for {Patience}")]
    private partial void LogAway(Exception error, TimeSpan patience);
}
