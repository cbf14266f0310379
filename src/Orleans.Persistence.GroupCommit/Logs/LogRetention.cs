using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit.Logs;

/// <summary>
/// Drops what is older than <see cref="GroupCommitOptions.LogRetention"/> and no reader needs: in one process of the cluster at a time, a
/// few rows in a transaction, with a pause after each.
/// </summary>
internal sealed partial class LogRetention(
    IDialect dialect, IOptions<GroupCommitOptions> options, TimeProvider time, CommitMetrics metrics, ILogger<LogRetention> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    /// <summary>Between two passes.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // Commits of grains come between two batches, on SQLite by turns.
    public const int Batch = 1_000;
    private static readonly TimeSpan PauseBetweenBatches = TimeSpan.FromMilliseconds(20);

    private const string LeaseName = "groupcommit.retention";

    private readonly CancellationTokenSource _stopping = new();
    private Task _working = Task.CompletedTask;
    private bool _failed;

    public void Participate(ISiloLifecycle observer)
    {
        if (options.Value.LogRetention is { } age)
            observer.Subscribe(nameof(LogRetention), ServiceLifecycleStage.Active, _ => Start(age), _ => Stop());
    }

    /// <summary>Looks once through all that was written.</summary>
    /// <returns>How many entries were dropped.</returns>
    public async Task<long> Pass(TimeSpan age)
    {
        var lease = await dialect.Logs.TryLease(LeaseName, TimeSpan.Zero, _stopping.Token).ConfigureAwait(false);
        if (lease is null)
            return 0;

        var dropped = 0L;
        await using (lease.ConfigureAwait(false))
        {
            foreach (var (owner, last) in await dialect.Logs.ReadDroppable(_stopping.Token).ConfigureAwait(false))
            {
                if (await FindNewestOlder(lease, owner, last, time.GetUtcNow() - age).ConfigureAwait(false) is { } newest)
                    dropped += await Drop(lease, owner, newest).ConfigureAwait(false);
            }
        }

        return dropped;
    }

    public void Dispose() => _stopping.Dispose();

    private Task Start(TimeSpan age)
    {
        _working = Task.Run(() => Work(age));
        return Task.CompletedTask;
    }

    private async Task Stop()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Work(TimeSpan age)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                if (await Pass(age).ConfigureAwait(false) is > 0 and var dropped)
                    LogDropped(dropped, age);

                _failed = false;
            }
            catch (Exception e) when (!_stopping.IsCancellationRequested)
            {
                // Every pass of an outage comes here.
                if (!_failed)
                    LogFailed(e);

                _failed = true;
            }
        }
        while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false));
    }

    /// <summary>
    /// The last of an owner's first entries that is old enough. Those that have no time, of earlier releases, are as old as the next one
    /// that has: ids grow with time.
    /// </summary>
    private async Task<long?> FindNewestOlder(IProjectionLease lease, long owner, long last, DateTimeOffset before)
    {
        long? newest = null;
        var after = 0L;
        while (true)
        {
            await Keep(lease).ConfigureAwait(false);
            var records = await dialect.Logs.ReadRecords("", owner, after, Batch, _stopping.Token).ConfigureAwait(false);
            foreach (var record in records)
            {
                if (record.Id > last || record.WrittenAt >= before)
                    return newest;

                if (record.WrittenAt is not null)
                    newest = record.Id;
            }

            if (records.Count < Batch)
                return newest;

            after = records[^1].Id;
        }
    }

    private async Task<long> Drop(IProjectionLease lease, long owner, long newest)
    {
        var dropped = 0L;
        while (true)
        {
            await Keep(lease).ConfigureAwait(false);
            var count = await dialect.Logs.Drop(owner, newest, Batch, _stopping.Token).ConfigureAwait(false);
            dropped += count;
            metrics.Dropped(count);
            if (count < Batch)
                return dropped;

            await Task.Delay(PauseBetweenBatches, time, _stopping.Token).ConfigureAwait(false);
        }
    }

    /// <summary>The server ends a session that says nothing, and gives the lease to another process. Fails when it has.</summary>
    private async Task Keep(IProjectionLease lease)
    {
        using var command = lease.Connection.CreateCommand();
        command.CommandText = "SELECT 1";
        command.CommandTimeout = lease.CommandTimeout;
        await command.ExecuteScalarAsync(_stopping.Token).ConfigureAwait(false);
    }

    [LoggerMessage(49, LogLevel.Information,
        "Dropped {Count} entries of logs that were older than {Age}, and that every reader had gone past")]
    private partial void LogDropped(long count, TimeSpan age);

    [LoggerMessage(50, LogLevel.Warning, "Cannot drop old entries of logs; trying again")]
    private partial void LogFailed(Exception error);
}
