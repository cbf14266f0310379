using System.Runtime.CompilerServices;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Serialization;

namespace Orleans.Persistence.GroupCommit;

/// <inheritdoc cref="IDurableInspector"/>
internal sealed class DurableInspector(IDialect dialect, Serializer serializer) : IDurableInspector
{
    public async Task<IDurableSnapshot> OpenSnapshot(CancellationToken cancellationToken = default) =>
        new Snapshot(await dialect.OpenSnapshot(cancellationToken).ConfigureAwait(false), serializer);

    private sealed class Snapshot(IDialectSnapshot stored, Serializer serializer) : IDurableSnapshot
    {
        public IAsyncEnumerable<DurableRow<T>> ReadRows<T>(string kind, string? afterKey = null, CancellationToken cancellationToken = default)
            where T : class => Rows<T>(kind, afterKey, null, cancellationToken);

        public IAsyncEnumerable<DurableRow<T>> ReadRowsBetween<T>(
            string kind, string afterKey, string beforeKey, CancellationToken cancellationToken = default) where T : class =>
            Rows<T>(kind, afterKey, beforeKey, cancellationToken);

        public async ValueTask<DurableRow<T>?> ReadRow<T>(string kind, string key, CancellationToken cancellationToken = default) where T : class =>
            await stored.ReadRow(kind, key, cancellationToken).ConfigureAwait(false) is { } row
                ? new DurableRow<T>(row.Key, row.Version, serializer.Deserialize<T>(row.Payload)!)
                : null;

        public async IAsyncEnumerable<DurableEntry<T>> ReadEntries<T>(
            string kind, string map, [EnumeratorCancellation] CancellationToken cancellationToken = default) where T : class
        {
            await foreach (var (grain, key, payload) in stored.ReadEntries(kind, map, cancellationToken).ConfigureAwait(false))
                yield return new DurableEntry<T>(grain, key, serializer.Deserialize<T>(payload)!);
        }

        public async IAsyncEnumerable<ArmedMessage> ReadScheduled(
            GrainId? from = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await foreach (var row in stored.ReadScheduled(from?.ToString(), cancellationToken).ConfigureAwait(false))
                yield return new ArmedMessage(GrainId.Parse(row.Target), row.Name, row.DueAt, row.Attempts);
        }

        public ValueTask<OutboxDepth> ReadOutboxDepth(CancellationToken cancellationToken = default) => stored.ReadOutboxDepth(cancellationToken);

        public async IAsyncEnumerable<DurableLogEntry<T>> ReadLog<T>(
            string log, string? from = null, string? before = null, [EnumeratorCancellation] CancellationToken cancellationToken = default) where T : class
        {
            await foreach (var row in stored.ReadLog(log, from, before, cancellationToken).ConfigureAwait(false))
                yield return new DurableLogEntry<T>(row.Entity, row.Sequence, serializer.Deserialize<T>(row.Payload)!);
        }

        public ValueTask DisposeAsync() => stored.DisposeAsync();

        private async IAsyncEnumerable<DurableRow<T>> Rows<T>(
            string kind, string? afterKey, string? beforeKey, [EnumeratorCancellation] CancellationToken cancellationToken) where T : class
        {
            await foreach (var (key, version, payload) in stored.ReadRows(kind, afterKey, beforeKey, cancellationToken).ConfigureAwait(false))
                yield return new DurableRow<T>(key, version, serializer.Deserialize<T>(payload)!);
        }
    }
}
