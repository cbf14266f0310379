using Orleans.Persistence.GroupCommit;
using Shop.Orders;
using Shop.Sagas;
using Shop.Values;

namespace Shop.Operations;

/// <summary>
/// Orders with what is stored of their sagas, in the order of their ids, from one snapshot. Read in chunks: a snapshot has one reader at a
/// time, and whoever has seen enough stops before the next chunk.
/// </summary>
internal sealed class SagaBook(IDurableSnapshot snapshot)
{
    /// <summary>Every order.</summary>
    public async IAsyncEnumerable<StoredSaga> All(OrderId? after, int chunk)
    {
        for (var last = after; ;)
        {
            var page = await OrderPage.Read(snapshot, last, chunk);
            var states = await page.Rows<SagaState>(SagaSchedules.GrainType).ToDictionaryAsync(row => row.Key, row => row.Value);
            var watchdogs = await Watchdogs(page);
            foreach (var (key, _, order) in page.Orders)
                yield return new StoredSaga(order.Placement, states.GetValueOrDefault(key), watchdogs.GetValueOrDefault(key));
            if (page.Last is not { } next)
                yield break;
            last = next;
        }
    }

    /// <summary>
    /// The orders that something will wake: all that have not ended, and those that have but still undo late money. Found by their rows, so that
    /// the orders that have ended cost nothing. (An order that should have a row and has none is I4's to find.)
    /// </summary>
    public async IAsyncEnumerable<StoredSaga> Open(OrderId? after, int chunk)
    {
        for (var last = after; ;)
        {
            var armed = await Armed(last?.Key ?? OrderId.KeyPrefix)
                .Where(row => last is not { } id || Key(row) != id.Key).Take(chunk).ToListAsync();
            foreach (var row in armed)
            {
                if (await Find(row.Target.Key.ToString()!, row) is { } saga)
                    yield return saga;
            }

            if (armed.Count < chunk)
                yield break;
            last = OrderId.FromKey(Key(armed[^1]));
        }
    }

    public async Task<StoredSaga?> Find(OrderId id) =>
        await Find(id.Key, await Armed(id.Key).TakeWhile(row => Key(row) == id.Key).FirstOrDefaultAsync());

    private async Task<StoredSaga?> Find(string key, ArmedMessage? watchdog) =>
        await snapshot.ReadRow<OrderState>(OrderPage.OrderKind, key) is { } order
            ? new StoredSaga(order.Value.Placement, (await snapshot.ReadRow<SagaState>(SagaSchedules.GrainType, key))?.Value, watchdog)
            : null;

    private async Task<Dictionary<string, ArmedMessage>> Watchdogs(OrderPage page) => page.Orders.Count == 0
        ? []
        : await Armed(page.Orders[0].Key).TakeWhile(row => string.CompareOrdinal(Key(row), page.Orders[^1].Key) <= 0).ToDictionaryAsync(Key);

    /// <summary>The watchdogs of this order and the ones after it. Rows are in the order of their targets, so those of sagas lie together.</summary>
    private IAsyncEnumerable<ArmedMessage> Armed(string fromKey) => snapshot.ReadScheduled(SagaSchedules.Target(fromKey))
        .TakeWhile(row => row.Target.Type.ToString() == SagaSchedules.GrainType)
        .Where(row => row.Name == SagaSchedules.Watchdog);

    private static string Key(ArmedMessage row) => row.Target.Key.ToString()!;
}
