using System.Collections.Immutable;
using Orleans.Concurrency;
using Orleans.Persistence.GroupCommit;
using Shop.Orders;
using Shop.Values;

namespace Shop.Operations;

/// <summary>
/// Lists sagas as they are stored, without activating any. One worker a silo and one request at a time: a request reads a bounded
/// number of rows, and every snapshot open holds a connection and keeps old row versions alive.
/// </summary>
[GrainType("sagas"), StatelessWorker(1)]
internal sealed class SagasGrain(IDurableInspector inspector, TimeProvider time) : Grain, ISagasGrain
{
    private const int MaximumLimit = 200;

    /// <summary>How many orders one page looks at: what bounds a request, however many orders there are and however few of them match.</summary>
    private const int Examined = 500;

    public async Task<SagaPage> List(SagaQuery query)
    {
        var wanted = Math.Clamp(query.Limit, 1, MaximumLimit);
        var now = time.GetUtcNow();
        var found = ImmutableArray.CreateBuilder<SagaView>();
        OrderId? last = null;
        var looked = 0;
        await using var snapshot = await inspector.OpenSnapshot();
        await foreach (var saga in Candidates(new SagaBook(snapshot), query, wanted))
        {
            if (Matches(query, saga, now))
            {
                if (found.Count == wanted)
                    return new SagaPage(found.ToImmutable(), last);
                found.Add(saga.View(now));
            }

            last = saga.Placement.OrderId;
            if (++looked == Examined)
                return new SagaPage(found.ToImmutable(), last);
        }

        return new SagaPage(found.ToImmutable(), null);
    }

    public async Task<SagaDetails?> Read(OrderId orderId)
    {
        await using var snapshot = await inspector.OpenSnapshot();
        return (await new SagaBook(snapshot).Find(orderId))?.Details(time.GetUtcNow());
    }

    private static IAsyncEnumerable<StoredSaga> Candidates(SagaBook book, SagaQuery query, int wanted)
    {
        if (query.Stuck == true || query.Status is { } status && !status.IsFinal())
            return book.Open(query.After, Examined);
        // Where everything matches, one more than is wanted tells whether there are more.
        return book.All(query.After, query is { Status: null, Stuck: null } ? wanted + 1 : Examined);
    }

    private static bool Matches(SagaQuery query, StoredSaga saga, DateTimeOffset now) =>
        (query.Status is not { } status || saga.Status == status)
        && (query.Stuck is not { } stuck || saga.IsStuck(now) == stuck);
}
