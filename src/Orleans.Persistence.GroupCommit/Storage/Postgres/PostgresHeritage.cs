using Microsoft.Extensions.Logging;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>
/// Keeps this process's lease, and takes over what dead ones left: their undelivered events are published by this silo as if it had written
/// them. Dead is who has said that it ends, whom this silo replaced at its address, whom the cluster has declared dead, and whom nobody knows and
/// whose lease has ended.
/// While a process is a member, only it publishes its events, however long its broker is down.
/// </summary>
internal sealed partial class PostgresHeritage(
    IDialect dialect, ICommitter committer, LogFormats formats, ISiloStatusOracle members, ILocalSiloDetails local, TimeProvider time, ILogger<PostgresHeritage> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const int LargestPage = 1_000;

    /// <summary>Between two looks; a lease outlasts several.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private Task _working = Task.CompletedTask;
    private int _page = LargestPage;
    private bool _failed;

    public void Participate(ISiloLifecycle observer)
    {
        if (dialect is not PostgresDialect postgres)
            return;

        // The first look before grains are there, and before the members are known: what a process left that is certainly dead goes before what is new.
        observer.Subscribe(nameof(PostgresHeritage), ServiceLifecycleStage.RuntimeStorageServices + 1, ending => Task.Run(() => TryLook(postgres, IsCertainlyDead), ending));
        observer.Subscribe(nameof(PostgresHeritage), ServiceLifecycleStage.Active, _ => Start(postgres), _ => Stop());
    }

    public void Dispose() => _stopping.Dispose();

    private Task Start(PostgresDialect postgres)
    {
        _working = Task.Run(() => Work(postgres));
        return Task.CompletedTask;
    }

    private async Task Stop()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Work(PostgresDialect postgres)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
            await TryLook(postgres, IsDead).ConfigureAwait(false);
        while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false));
    }

    private async Task TryLook(PostgresDialect postgres, Func<PostgresOwner, bool> isDead)
    {
        try
        {
            var owners = postgres.Owners;
            owners.Renew();
            foreach (var other in owners.FindOthers())
            {
                if (isDead(other) && owners.TryAdopt(other.Id))
                    await TryTakeOver(postgres, other).ConfigureAwait(false);
            }

            owners.Bury();
            _failed = false;
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested)
        {
            // Every look of an outage comes here.
            if (!_failed)
                LogFailed(e);

            _failed = true;
        }
    }

    private async Task TryTakeOver(PostgresDialect postgres, PostgresOwner dead)
    {
        try
        {
            await TakeOver(postgres, dead).ConfigureAwait(false);
            _page = LargestPage;
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested)
        {
            // There may be others. And should its events be giants, the next look takes fewer at once.
            _page = Math.Max(1, _page / 2);
            LogNotTaken(e, dead.Silo);
        }
    }

    private async Task TakeOver(PostgresDialect postgres, PostgresOwner dead)
    {
        var (after, last) = (dead.Id << PostgresDialect.BitsPerOwner, (dead.Id + 1) << PostgresDialect.BitsPerOwner);
        long taken = 0;
        OutboxAdopt page;
        do
        {
            _stopping.Token.ThrowIfCancellationRequested();
            page = new OutboxAdopt(after, last, _page);
            await committer.Commit(page).ConfigureAwait(false);
            taken += page.Rows.Count;
        }
        while (!page.IsComplete);

        taken += await TakeOverLogs(postgres, dead).ConfigureAwait(false);
        if (taken > 0)
            LogTaken(taken, dead.Silo);
    }

    /// <summary>Entries stay where they are; what is left to deliver of them goes through the outbox of this process.</summary>
    private async Task<long> TakeOverLogs(PostgresDialect postgres, PostgresOwner dead)
    {
        if (postgres.Owners.FindLogs(dead.Id) is not var (after, last))
            return 0;

        long taken = 0;
        while (after < last)
        {
            _stopping.Token.ThrowIfCancellationRequested();
            var page = await postgres.ReadLogs(dead.Id, after, last, _page).ConfigureAwait(false);
            after = page.Count == _page ? page[^1].Id : last;
            await committer.Commit(new OutboxAppend([.. page.Select(formats.ToOutbox)])
            {
                Taken = new PositionWrite("", dead.Id, after, Late: null),
            }).ConfigureAwait(false);
            taken += page.Count;
        }

        return taken;
    }

    private bool IsCertainlyDead(PostgresOwner owner)
    {
        var silo = SiloAddress.FromParsableString(owner.Silo);
        return owner.HasLeft || (silo.Endpoint.Equals(local.SiloAddress.Endpoint) && silo.Generation < local.SiloAddress.Generation);
    }

    private bool IsDead(PostgresOwner owner) => IsCertainlyDead(owner) || members.GetApproximateSiloStatus(SiloAddress.FromParsableString(owner.Silo)) switch
    {
        SiloStatus.Dead => true,
        SiloStatus.None => owner.HasExpired, // Not heard of: of another time, or just about to join.
        _ => false,
    };

    [LoggerMessage(30, LogLevel.Information, "Took over {Count} undelivered events of {Silo}, which is dead")]
    private partial void LogTaken(long count, string silo);

    [LoggerMessage(32, LogLevel.Warning, "Cannot take over the undelivered events of {Silo}, which is dead; trying again")]
    private partial void LogNotTaken(Exception error, string silo);

    [LoggerMessage(31, LogLevel.Warning, "Could not renew the lease of this process or take over what dead ones left; trying again")]
    private partial void LogFailed(Exception error);
}
