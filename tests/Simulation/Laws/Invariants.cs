using Orleans.Persistence.GroupCommit;
using Shop.Gateway;
using Shop.Invariants;
using Shop.Operations;
using Shop.Simulation.Storage;

namespace Shop.Simulation.Laws;

/// <summary>The shop's own check of its invariants, over the simulated database and the gateway's ledger.</summary>
internal static class Invariants
{
    public static InvariantReport Check(World world) => GrainOf(world).Check(CancellationToken.None).GetAwaiter().GetResult();

    public static InvariantReport CheckAtRest(World world) => GrainOf(world).CheckAtRest(CancellationToken.None).GetAwaiter().GetResult();

    private static InvariantsGrain GrainOf(World world) => new(new Inspector(world), new Machine.SimulatedClock(world.Timeline, host: null));

    private sealed class Inspector(World world) : IDurableInspector, IDurableSnapshot
    {
        public Task<IDurableSnapshot> OpenSnapshot(CancellationToken cancellationToken = default) => Task.FromResult<IDurableSnapshot>(this);

        public IAsyncEnumerable<DurableRow<T>> ReadRows<T>(string kind, string? afterKey = null, CancellationToken cancellationToken = default) where T : class
        {
            var rows = kind == SimulatedGateway.LedgerKind
                ? world.Gateway.Accounts.Select(a => new DurableRow<T>(a.Key, 1, (T)(object)a.Value))
                : world.Database.Rows.Where(r => r.Key.Kind == kind)
                    .Select(r => new DurableRow<T>(r.Key.Key, r.Value.Version, Bytes.Read<T>(r.Value.Payload)));
            return rows.Where(r => afterKey is null || string.CompareOrdinal(r.Key, afterKey) > 0).OrderBy(r => r.Key, StringComparer.Ordinal).ToAsyncEnumerable();
        }

        public async ValueTask<DurableRow<T>?> ReadRow<T>(string kind, string key, CancellationToken cancellationToken = default) where T : class =>
            await ReadRows<T>(kind, null, cancellationToken).FirstOrDefaultAsync(r => r.Key == key, cancellationToken);

        public IAsyncEnumerable<DurableEntry<T>> ReadEntries<T>(string kind, string map, CancellationToken cancellationToken = default) where T : class =>
            world.Database.Entries(kind, map).Select(e => new DurableEntry<T>(e.GrainKey, e.Key, Bytes.Read<T>(e.Payload))).ToAsyncEnumerable();

        public IAsyncEnumerable<ArmedMessage> ReadScheduled(GrainId? from = null, CancellationToken cancellationToken = default) =>
            world.Database.Armed.Where(r => from is null || string.CompareOrdinal(r.Target, from.ToString()) >= 0)
                .Select(r => new ArmedMessage(GrainId.Parse(r.Target), r.Name, r.DueAt, r.Attempts)).ToAsyncEnumerable();

        public IAsyncEnumerable<DurableLogEntry<T>> ReadLog<T>(string log, string? from = null, string? before = null, CancellationToken cancellationToken = default)
            where T : class => world.Database.Logs
            .Where(e => e.Key.Log == log && string.CompareOrdinal(e.Key.Entity, from ?? "") >= 0 && (before is null || string.CompareOrdinal(e.Key.Entity, before) < 0))
            .Select(e => new DurableLogEntry<T>(e.Key.Entity, e.Key.Sequence, Bytes.Read<T>(e.Value))).ToAsyncEnumerable();

        public ValueTask<OutboxDepth> ReadOutboxDepth(CancellationToken cancellationToken = default) => new(new OutboxDepth(world.Database.Outbox.Count, 0));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
