using System.Globalization;
using System.Runtime.CompilerServices;
using Orleans.Persistence.GroupCommit;
using Shop.Orders;
using Shop.Sagas;
using Shop.Specs.Sagas;
using Shop.Values;

namespace Grains.Specs.Operations;

/// <summary>A database of orders, their sagas and their rows that counts what is read of it.</summary>
internal sealed class StoredSagas : IDurableInspector
{
    private readonly SortedDictionary<string, OrderState> orders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SagaState> sagas = [];
    private readonly SortedDictionary<string, ArmedMessage> rows = new(StringComparer.Ordinal);

    private readonly SortedSet<string> foreign = new(StringComparer.Ordinal);

    /// <summary>Rows read of all kinds, and those of others that a walk by key steps over.</summary>
    public int Read { get; set; }

    public int Open { get; private set; }

    /// <param name="number">Makes its id: orders are listed by number.</param>
    /// <param name="state">Null: not started.</param>
    /// <param name="watchdog">When it is woken; null: nothing wakes it.</param>
    /// <param name="failures">Of waking it.</param>
    public OrderId Add(int number, SagaState? state, DateTimeOffset? watchdog, int failures = 0)
    {
        var id = Id(number);
        var placement = Given.Placement() with { OrderId = id };
        orders.Add(id.Key, new OrderState(placement, "hash"));
        if (state is not null)
            sagas.Add(id.Key, state with { Placement = placement });
        if (watchdog is { } at)
            Arm(SagaSchedules.Target(id.Key), SagaSchedules.Watchdog, at, failures);
        return id;
    }

    public void Arm(GrainId target, string name, DateTimeOffset at, int failures = 0) =>
        rows.Add($"{target}|{name}", new ArmedMessage(target, name, at, failures));

    /// <summary>A row of another kind; all kinds lie together, by key.</summary>
    public void AddForeign(string key) => foreign.Add(key);

    public static OrderId Id(int number) => new(Guid.Parse(string.Create(CultureInfo.InvariantCulture, $"{number:x8}-0000-5000-8000-000000000000")));

    public Task<IDurableSnapshot> OpenSnapshot(CancellationToken cancellationToken = default)
    {
        Open++;
        return Task.FromResult<IDurableSnapshot>(new Snapshot(this));
    }

    private sealed class Snapshot(StoredSagas stored) : IDurableSnapshot
    {
        private bool reading;

        public IAsyncEnumerable<DurableRow<T>> ReadRows<T>(string kind, string? afterKey = null, CancellationToken cancellationToken = default)
            where T : class => Walk<T>(kind, key => afterKey is null || string.CompareOrdinal(key, afterKey) > 0);

        public IAsyncEnumerable<DurableRow<T>> ReadRowsBetween<T>(
            string kind, string afterKey, string beforeKey, CancellationToken cancellationToken = default) where T : class =>
            Walk<T>(kind, key => string.CompareOrdinal(key, afterKey) > 0 && string.CompareOrdinal(key, beforeKey) < 0);

        private async IAsyncEnumerable<DurableRow<T>> Walk<T>(string kind, Func<string, bool> isWithin) where T : class
        {
            using var turn = Reader();
            await Task.CompletedTask;
            foreach (var key in stored.orders.Keys.Concat(stored.foreign).Where(isWithin).Order(StringComparer.Ordinal))
            {
                if (stored.foreign.Contains(key))
                    stored.Read++;
                if (stored.foreign.Contains(key) || Row<T>(kind, key) is not { } row)
                    continue;
                stored.Read++;
                yield return row;
            }
        }

        public ValueTask<DurableRow<T>?> ReadRow<T>(string kind, string key, CancellationToken cancellationToken = default) where T : class
        {
            using var turn = Reader();
            stored.Read++;
            return ValueTask.FromResult(Row<T>(kind, key));
        }

        public async IAsyncEnumerable<ArmedMessage> ReadScheduled(
            GrainId? from = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            using var turn = Reader();
            await Task.CompletedTask;
            foreach (var row in stored.rows.Values.Where(row => from is null || string.CompareOrdinal(row.Target.ToString(), from.ToString()) >= 0))
            {
                stored.Read++;
                yield return row;
            }
        }

        public IAsyncEnumerable<DurableEntry<T>> ReadEntries<T>(string kind, string map, CancellationToken cancellationToken = default)
            where T : class => throw new NotSupportedException();

        public IAsyncEnumerable<DurableLogEntry<T>> ReadLog<T>(string log, string? from = null, string? before = null, CancellationToken cancellationToken = default)
            where T : class => throw new NotSupportedException();

        public ValueTask<OutboxDepth> ReadOutboxDepth(CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask DisposeAsync()
        {
            stored.Open--;
            return ValueTask.CompletedTask;
        }

        private DurableRow<T>? Row<T>(string kind, string key) where T : class => kind switch
        {
            "order" => stored.orders.TryGetValue(key, out var order) ? new DurableRow<T>(key, 1, (T)(object)order) : null,
            SagaSchedules.GrainType => stored.sagas.TryGetValue(key, out var saga) ? new DurableRow<T>(key, 1, (T)(object)saga) : null,
            _ => throw new NotSupportedException(kind),
        };

        // A snapshot has one reader at a time.
        private Turn Reader()
        {
            Assert.False(reading);
            reading = true;
            return new Turn(this);
        }

        private sealed class Turn(Snapshot snapshot) : IDisposable
        {
            public void Dispose() => snapshot.reading = false;
        }
    }
}
