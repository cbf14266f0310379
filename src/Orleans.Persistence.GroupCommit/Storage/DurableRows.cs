using Orleans.Serialization;

namespace Orleans.Persistence.GroupCommit.Storage;

/// <inheritdoc cref="IDurableRows"/>
internal sealed class DurableRows(ICommitter committer, Serializer serializer) : IDurableRows
{
    public async ValueTask<DurableRow<T>?> Read<T>(string kind, string key, CancellationToken cancellationToken = default) where T : class
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        ArgumentNullException.ThrowIfNull(key);
        var stored = await committer.Read(new RowId(kind, key), cancellationToken).ConfigureAwait(false);
        return stored is null ? null : new DurableRow<T>(key, stored.Version, serializer.Deserialize<T>(stored.Payload)!);
    }

    public Task<bool> TryWrite<T>(string kind, string key, T value, long expectedVersion, CancellationToken cancellationToken = default) where T : class
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        ArgumentOutOfRangeException.ThrowIfNegative(expectedVersion);
        cancellationToken.ThrowIfCancellationRequested();
        var write = new GrainWrite(new RowId(kind, key), expectedVersion, serializer.SerializeToArray(value), [], [], []);
        var written = committer.Commit(write);
        return cancellationToken.CanBeCanceled ? written.WaitAsync(cancellationToken) : written;
    }
}
