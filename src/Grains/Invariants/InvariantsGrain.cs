using System.Globalization;
using Orleans.Concurrency;
using Orleans.Persistence.GroupCommit;
using Shop.Operations;
using Shop.Telemetry;

namespace Shop.Invariants;

/// <summary>
/// Reads every book of the shop from one snapshot and compares them. Streams page by page; what it keeps in memory grows with open
/// orders and products, not with all orders there ever were.
/// </summary>
[GrainType("invariants"), StatelessWorker(1)]
internal sealed class InvariantsGrain(IDurableInspector inspector, TimeProvider time) : Grain, IInvariantsGrain
{
    /// <summary>As long as a caller waits. Whoever has died cannot say that it does not wait any more.</summary>
    private static readonly TimeSpan Limit = TimeSpan.Parse(IInvariantsGrain.Limit, CultureInfo.InvariantCulture);

    public async Task<InvariantReport> Check(CancellationToken cancellationToken)
    {
        var report = await Check(atRest: false, cancellationToken);
        // At rest, a shop at work is expected to differ: an operator's question must not raise the alarm.
        ShopMeter.Checked(report);
        return report;
    }

    public Task<InvariantReport> CheckAtRest(CancellationToken cancellationToken) => Check(atRest: true, cancellationToken);

    private async Task<InvariantReport> Check(bool atRest, CancellationToken callerGone)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, callerGone);
        var cancellationToken = ending.Token;
        await using var snapshot = await inspector.OpenSnapshot(cancellationToken);
        // After the snapshot: whatever is in it has happened by now.
        var now = time.GetUtcNow();
        var (stock, reservations, money) = (new I1Stock(), new I2Reservations(), new I3Money());
        var (orders, timelines, events) = (new I4Orders(), new I5Timelines(), new I6Events(atRest, now));
        var stockBooks = new StockBooks(stock, reservations, events);
        await stockBooks.Read(snapshot, cancellationToken);
        var schedules = await ScheduleBook.Read(snapshot, now, cancellationToken);
        await new OrderBooks(stockBooks, schedules, reservations, money, orders, timelines, events).Read(snapshot, cancellationToken);
        events.CheckOutbox(await snapshot.ReadOutboxDepth(cancellationToken));
        return new InvariantReport([.. new Invariant[] { stock, reservations, money, orders, timelines, events }.Select(invariant => invariant.Close())]);
    }
}
