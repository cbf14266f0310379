using System.Collections.Concurrent;
using Orleans.Persistence.GroupCommit;

namespace Grains.Specs.Fakes;

/// <summary>Rows as the database keeps them, versions and all; outlives the service that writes them, as a database does.</summary>
internal sealed class RowsInMemory : IDurableRows
{
    private readonly ConcurrentDictionary<(string Kind, string Key), (long Version, object Value)> rows = new();

    /// <summary>Somebody else's write, just before the next one of ours.</summary>
    public Action? BeforeWrite { get; set; }

    public ValueTask<DurableRow<T>?> Read<T>(string kind, string key, CancellationToken cancellationToken = default) where T : class =>
        ValueTask.FromResult(rows.TryGetValue((kind, key), out var row) ? new DurableRow<T>(key, row.Version, (T)row.Value) : null);

    public Task<bool> TryWrite<T>(string kind, string key, T value, long expectedVersion, CancellationToken cancellationToken = default)
        where T : class
    {
        var (before, _) = (BeforeWrite, BeforeWrite = null);
        before?.Invoke();
        return Task.FromResult(expectedVersion == 0
            ? rows.TryAdd((kind, key), (1, value))
            : rows.TryGetValue((kind, key), out var row) && row.Version == expectedVersion
                && rows.TryUpdate((kind, key), (expectedVersion + 1, value), row));
    }
}
