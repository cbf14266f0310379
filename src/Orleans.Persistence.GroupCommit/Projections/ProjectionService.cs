using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit.Projections;

/// <summary>The projections of a silo: begin when grains are there, end before the database is closed.</summary>
internal sealed class ProjectionService(IDialect dialect, IEnumerable<IProjectionRunner> runners) : IDurableProjections,
    ILifecycleParticipant<ISiloLifecycle>
{
    private const int LargestPage = 1_000;

    private readonly IReadOnlyList<IProjectionRunner> _runners = [.. runners];

    public IReadOnlyList<DurableProjectionStatus> Status => [.. _runners.Select(runner => runner.Status)];

    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(ProjectionService), ServiceLifecycleStage.Active,
        _ =>
        {
            foreach (var runner in _runners)
                runner.Start();

            return Task.CompletedTask;
        },
        cancellationToken => Task.WhenAll(_runners.Select(runner => runner.Stop(cancellationToken))));

    public Task Reset(string name, CancellationToken cancellationToken = default) => Beside(name, async (lease, table) =>
    {
        // Waits for the transaction under way; whoever runs it sees it at the next one.
        await lease.InTransaction(
            async transaction =>
            {
                await table.Lock(transaction, cancellationToken).ConfigureAwait(false);
                await table.WriteVersion(transaction, 0, cancellationToken).ConfigureAwait(false);
            },
            isLong: true, cancellationToken).ConfigureAwait(false);
        return true;
    }, cancellationToken);

    public Task<IReadOnlyList<DurableProjectionFault>> ReadSetAside(
        string name, long afterId = 0, int limit = 100, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, LargestPage);
        return Beside(name, (_, table) => table.ReadSetAside(afterId, limit, cancellationToken), cancellationToken);
    }

    private async Task<TResult> Beside<TResult>(
        string name, Func<IProjectionLease, ProjectionTable, Task<TResult>> work, CancellationToken cancellationToken)
    {
        if (!_runners.Any(runner => runner.Name == name))
            throw new ArgumentException($"This silo has no projection '{name}'.", nameof(name));

        var beside = await dialect.Logs.OpenBeside(cancellationToken).ConfigureAwait(false);
        await using (beside.ConfigureAwait(false))
        {
            try
            {
                return await work(beside, new ProjectionTable(beside, dialect.Logs.ServiceId, name)).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not IOException && beside.IsOutage(e))
            {
                throw new IOException($"The database does not answer: {e.Message}", e);
            }
        }
    }
}
