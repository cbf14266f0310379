using System.Globalization;
using Orleans.Concurrency;
using Orleans.Persistence.GroupCommit;
using Shop.Telemetry;

namespace Shop.Operations;

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
        var audit = new AuditBook(atRest, now);
        var reservations = new Findings("I2", "reservations: each is held once and ends once, every live hold belongs to an order under way, every hold an order counts on exists");
        var stock = new StockBooks(audit, reservations);
        await stock.Read(snapshot, cancellationToken);
        var schedules = await ScheduleBook.Read(snapshot, now, cancellationToken);
        var orders = new OrderBooks(stock, schedules, audit, reservations);
        await orders.Read(snapshot, cancellationToken);
        audit.CheckOutbox(await snapshot.ReadOutboxDepth(cancellationToken));
        return new InvariantReport([stock.Stock.Close(), reservations.Close(), orders.Money.Close(), orders.Ends.Close(), orders.Timelines.Close(), audit.Events.Close()]);
    }
}
