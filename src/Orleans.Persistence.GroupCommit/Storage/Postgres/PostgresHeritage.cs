using Microsoft.Extensions.Logging;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>
/// Keeps this process's lease, and takes over what dead ones left: their undelivered events are published by this silo as if it had written
/// them. Dead is whom the cluster has declared dead, whom this silo replaced at its address, and whom nobody knows and whose lease has ended.
/// While a process is a member, only it publishes its events, however long its broker is down.
/// </summary>
internal sealed partial class PostgresHeritage(
    IDialect dialect, ICommitter committer, ISiloStatusOracle members, ILocalSiloDetails local, TimeProvider time, ILogger<PostgresHeritage> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const int PageSize = 1_000;

    /// <summary>Between two looks; a lease outlasts several.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private Task _working = Task.CompletedTask;
    private bool _failed;

    public void Participate(ISiloLifecycle observer)
    {
        if (dialect is not PostgresDialect postgres)
            return;

        // The first look before grains are there: what a process left that is certainly dead by now goes before what is new.
        observer.Subscribe(nameof(PostgresHeritage), ServiceLifecycleStage.RuntimeStorageServices + 1, ending => Task.Run(() => TryLook(postgres.Owners), ending));
        observer.Subscribe(nameof(PostgresHeritage), ServiceLifecycleStage.Active, _ => Start(postgres), _ => Stop());
    }

    public void Dispose() => _stopping.Dispose();

    private Task Start(PostgresDialect postgres)
    {
        // On threads of its own: its queries wait.
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
            await TryLook(postgres.Owners).ConfigureAwait(false);
        while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false));
    }

    private async Task TryLook(PostgresOwners owners)
    {
        try
        {
            await Look(owners).ConfigureAwait(false);
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

    private async Task Look(PostgresOwners owners)
    {
        owners.Renew();
        foreach (var other in owners.FindOthers())
        {
            if (IsDead(other) && owners.TryAdopt(other.Id))
                await TakeOver(owners, other).ConfigureAwait(false);
        }
    }

    private async Task TakeOver(PostgresOwners owners, PostgresOwner dead)
    {
        var (after, last) = (dead.Id << PostgresDialect.BitsPerOwner, (dead.Id + 1) << PostgresDialect.BitsPerOwner);
        long taken = 0;
        OutboxAdopt page;
        do
        {
            _stopping.Token.ThrowIfCancellationRequested();
            page = new OutboxAdopt(after, last, PageSize);
            await committer.Commit(page).ConfigureAwait(false);
            taken += page.Rows.Count;
        }
        while (!page.IsComplete);

        if (taken > 0)
            LogTaken(taken, dead.Silo);

        owners.Bury(dead.Id);
    }

    private bool IsDead(PostgresOwner owner)
    {
        var silo = SiloAddress.FromParsableString(owner.Silo);
        if (silo.Endpoint.Equals(local.SiloAddress.Endpoint) && silo.Generation < local.SiloAddress.Generation)
            return true;

        return members.GetApproximateSiloStatus(silo) switch
        {
            SiloStatus.Dead => true,
            SiloStatus.None => owner.HasExpired, // Not heard of: of another time, or just about to join.
            _ => false,
        };
    }

    [LoggerMessage(30, LogLevel.Information, "Took over {Count} undelivered events of {Silo}, which is dead")]
    private partial void LogTaken(long count, string silo);

    [LoggerMessage(31, LogLevel.Warning, "Cannot see to the lease of this process or to what dead ones left; trying again")]
    private partial void LogFailed(Exception error);
}
