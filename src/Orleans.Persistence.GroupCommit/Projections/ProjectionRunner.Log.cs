using Microsoft.Extensions.Logging;

namespace Orleans.Persistence.GroupCommit.Projections;

internal sealed partial class ProjectionRunner<T>
{
    [LoggerMessage(41, LogLevel.Information, "The projection '{Projection}' runs here, in its version {Version}")]
    private partial void LogBegun(string projection, int version);

    [LoggerMessage(42, LogLevel.Warning, "The projection '{Projection}' is interrupted and begins again where it was: {Reason}")]
    private partial void LogInterrupted(Exception error, string projection, string reason);

    [LoggerMessage(43, LogLevel.Warning,
        "The rows of the projection '{Projection}' are of version {Stored}, this release has {Version}: "
        + "it leaves them to a newer one. After a rollback, reset the projection")]
    private partial void LogNewer(string projection, int stored, int version);

    [LoggerMessage(44, LogLevel.Warning, "The projection '{Projection}' could not apply {Count} entries at once; they come one by one")]
    private partial void LogDivided(Exception error, string projection, int count);

    [LoggerMessage(45, LogLevel.Warning,
        "The projection '{Projection}' could not apply the entry {Sequence} of '{Entity}'; it tries again")]
    private partial void LogFailed(Exception error, string projection, string entity, long sequence);

    [LoggerMessage(46, LogLevel.Error,
        "The projection '{Projection}' has stopped before the entry {Sequence} of '{Entity}', which it could not apply {Times} times. "
        + "It looks now and then whether it can; until then its rows fall behind. Mend the projection, or let it set such entries aside")]
    private partial void LogStopped(Exception error, string projection, string entity, long sequence, int times);

    [LoggerMessage(47, LogLevel.Error,
        "The projection '{Projection}' has set aside the entry {Sequence} of '{Entity}', which it could not apply; "
        + "its rows are without it")]
    private partial void LogSetAside(Exception error, string projection, string entity, long sequence);

    [LoggerMessage(48, LogLevel.Information, "The projection '{Projection}', which had stopped, goes on")]
    private partial void LogGoesOn(string projection);
}
