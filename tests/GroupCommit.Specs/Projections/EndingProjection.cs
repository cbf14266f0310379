using System.Data.Common;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Projections;

namespace GroupCommit.Specs.Projections;

/// <summary>A projection that does what it must not.</summary>
internal sealed class EndingProjection : IDurableProjection<string>, IAsyncDisposable
{
    private readonly ProjectionMetrics _metrics = new();
    private ProjectionRunner<string>? _runner;

    public DurableProjectionStatus Status => _runner!.Status;

    public static Task<EndingProjection> Run(Store store)
    {
        var projection = new EndingProjection();
        projection._runner = new ProjectionRunner<string>(
            new ProjectionPlan("ending", Tally.Log, new DurableProjectionOptions { Attempts = 1 }), projection, store.Dialect.Logs,
                store.Watch, Store.Formats,
            TimeProvider.System, projection._metrics, NullLogger.Instance);
        projection._runner.Start();
        return Task.FromResult(projection);
    }

    public async Task Apply(IReadOnlyList<ProjectedEntry<string>> entries, DbTransaction transaction,
        CancellationToken cancellationToken) =>
        await transaction.CommitAsync(cancellationToken);

    public Task Reset(DbTransaction transaction, CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _runner!.Stop(CancellationToken.None);
        _runner.Dispose();
        _metrics.Dispose();
    }
}
