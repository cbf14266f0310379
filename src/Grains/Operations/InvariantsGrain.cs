using Orleans.Concurrency;
using Orleans.Persistence.GroupCommit;

namespace Shop.Operations;

/// <summary>
/// Reads every book of the shop from one snapshot and compares them. Streams page by page; what it keeps in memory grows with open
/// orders and products, not with all orders there ever were.
/// </summary>
[GrainType("invariants"), StatelessWorker(1)]
internal sealed class InvariantsGrain(IDurableInspector inspector, TimeProvider time) : Grain, IInvariantsGrain
{
    public async Task<InvariantReport> Check()
    {
        await using var snapshot = await inspector.OpenSnapshot();
        var stock = await StockBooks.Read(snapshot);
        var schedules = await ScheduleBook.Read(snapshot, time.GetUtcNow());
        var orders = new OrderBooks(stock, schedules);
        await orders.Read(snapshot);
        var events = new Findings("I6", "no event is set aside");
        var outbox = await snapshot.ReadOutboxDepth();
        events.Look(outbox.Quarantined == 0, $"{outbox.Quarantined} events are quarantined; {outbox.Waiting} are on their way");
        return new InvariantReport([stock.Stock.Close(), orders.Reservations.Close(), orders.Money.Close(), orders.Ends.Close(), orders.Timelines.Close(), events.Close()]);
    }
}
