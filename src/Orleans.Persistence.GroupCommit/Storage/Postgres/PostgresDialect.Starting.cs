using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>What a start waits for.</summary>
internal sealed partial class PostgresDialect
{
    private static readonly TimeSpan PauseBetweenStarts = TimeSpan.FromMilliseconds(250);

    // The server notices within milliseconds that a killed process is gone, unless that had a long statement under way.
    private static readonly TimeSpan FarewellOfOthers = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseBetweenFarewells = TimeSpan.FromMilliseconds(50);

    private async Task WaitForDatabase(bool applySchema, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        string? told = null;
        while (true)
        {
            try
            {
                // First: a stranger must not change somebody else's tables.
                var wantsItAlone = _options.Sharing != GroupCommitSharing.ManyServices;
                if (wantsItAlone)
                    await PostgresIdentity.Verify(_connections.Pool, _identity, cancellationToken).ConfigureAwait(false);
                await PostgresSchema.Open(_connections.Pool, applySchema, cancellationToken).ConfigureAwait(false);
                if (wantsItAlone)
                    await PostgresIdentity.Claim(_connections.Pool, _identity, cancellationToken).ConfigureAwait(false);

                return;
            }
            catch (GroupCommitNotReadyException e) when (Stopwatch.GetElapsedTime(started) < _options.StartTimeout)
            {
                // Once for each reason: nothing else tells why the silo does not start.
                if (told != e.Message)
                    LogWaits(_options.StartTimeout, told = e.Message);
                await Task.Delay(PauseBetweenStarts, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A process that was killed just now may still hold its lock for a moment.</summary>
    private async Task<PostgresWriter> OpenFirstWriter(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return OpenWriter();
            }
            catch (DatabaseInUseException) when (Stopwatch.GetElapsedTime(started) < FarewellOfOthers)
            {
                await Task.Delay(PauseBetweenFarewells, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    [LoggerMessage(33, LogLevel.Warning, "Waiting up to {Limit} for what is missing: {Fault}")]
    private partial void LogWaits(TimeSpan limit, string fault);
}
